package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// benchSlug is the built-in notice whose page is measured.
const benchSlug = "culture-tourism-2023"

// benchPage holds the notice page against nginx serving the same bytes from
// the same core, with the load from another one.
func benchPage(ctx context.Context, _ *benchCmd, dir string) (ours, theirs side, done func(), err error) {
	for _, tool := range []string{"nginx", "wrk", "taskset"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, nil, nil, fmt.Errorf("%s is not installed", tool)
		}
	}
	base, stop, err := benchServer(ctx, dir, "0")
	if err != nil {
		return nil, nil, nil, err
	}
	page, packed, err := fetchBoth(ctx, base+"/notices/"+benchSlug)
	if err != nil {
		stop()
		return nil, nil, nil, err
	}
	nginx, stopNginx, err := benchNginx(ctx, dir, page, packed)
	if err != nil {
		stop()
		return nil, nil, nil, err
	}
	both := func() { stopNginx(); stop() }
	return wrkSide(base + "/notices/" + benchSlug), wrkSide(nginx + "/page.html"), both, nil
}

// benchOpinions holds the list of published opinions against the notice page,
// by bytes sent: a longer page may take longer.
func benchOpinions(ctx context.Context, _ *benchCmd, dir string) (ours, theirs side, done func(), err error) {
	if _, err := exec.LookPath("wrk"); err != nil {
		return nil, nil, nil, errors.New("wrk is not installed")
	}
	if err := fill(ctx, filepath.Join(dir, "data")); err != nil {
		return nil, nil, nil, err
	}
	base, stop, err := benchServer(ctx, dir, "0")
	if err != nil {
		return nil, nil, nil, err
	}
	scale := func(path string) (side, error) {
		_, packed, err := fetchBoth(ctx, base+path)
		if err != nil {
			return nil, err
		}
		run := wrkSide(base + path)
		return func(ctx context.Context, span time.Duration) (float64, error) {
			n, err := run(ctx, span)
			return n * float64(len(packed)), err
		}, nil
	}
	ours, err = scale("/feedback")
	if err == nil {
		theirs, err = scale("/notices/" + benchSlug)
	}
	if err != nil {
		stop()
		return nil, nil, nil, err
	}
	return ours, theirs, stop, nil
}

// benchServer starts this very program on a fresh store, pinned to a core when
// one is named.
func benchServer(ctx context.Context, dir, cpu string, more ...string) (base string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, fmt.Errorf("own program: %w", err)
	}
	addr, err := freeAddr(ctx)
	if err != nil {
		return "", nil, err
	}
	argv := append([]string{self, "serve", "--listen", addr, "--data", filepath.Join(dir, "data"), "--limits", "off"}, more...)
	if cpu != "" {
		argv = pinned(cpu, argv...)
	}
	stop, err = child(ctx, argv)
	if err != nil {
		return "", nil, err
	}
	base = "http://" + addr
	if err := untilUp(ctx, base+"/readyz"); err != nil {
		stop()
		return "", nil, err
	}
	return base, stop, nil
}

func benchNginx(ctx context.Context, dir string, page, packed []byte) (base string, stop func(), err error) {
	addr, err := freeAddr(ctx)
	if err != nil {
		return "", nil, err
	}
	root := filepath.Join(dir, "www")
	conf := fmt.Sprintf(`daemon off; worker_processes 1; pid %[1]s/nginx.pid; error_log %[1]s/nginx.log;
events { worker_connections 1024; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=10; types { text/html html; }
client_body_temp_path %[1]s/t1; proxy_temp_path %[1]s/t2; fastcgi_temp_path %[1]s/t3; uwsgi_temp_path %[1]s/t4; scgi_temp_path %[1]s/t5;
server { listen %[2]s; root %[3]s; gzip_static on; } }
`, dir, addr, root)
	for name, data := range map[string][]byte{"www/page.html": page, "www/page.html.gz": packed, "nginx.conf": []byte(conf)} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // read by nginx's worker, another user
			return "", nil, fmt.Errorf("nginx folder: %w", err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil { //nolint:gosec // likewise
			return "", nil, fmt.Errorf("nginx files: %w", err)
		}
	}
	if err := os.Chmod(dir, 0o755); err == nil { //nolint:gosec // likewise
		_ = os.Chmod(filepath.Dir(dir), 0o755) //nolint:gosec // likewise
	}
	stop, err = child(ctx, pinned("0", "nginx", "-c", filepath.Join(dir, "nginx.conf")))
	if err != nil {
		return "", nil, err
	}
	base = "http://" + addr
	if err := untilUp(ctx, base+"/page.html"); err != nil {
		stop()
		return "", nil, fmt.Errorf("nginx: %w", err)
	}
	return base, stop, nil
}

// wrkSide loads one address with GET from the second core.
func wrkSide(address string) side {
	return wrk("-t1", "-c64", "-H", "Accept-Encoding: gzip", address)
}

// wrk loads an address from the second core over connections that stay open.
func wrk(args ...string) side {
	return func(ctx context.Context, span time.Duration) (float64, error) {
		seconds := strconv.Itoa(max(1, int(span.Seconds())))
		argv := pinned("1", append([]string{"wrk", "-d" + seconds + "s"}, args...)...)
		out, err := exec.CommandContext(ctx, argv[0], argv[1:]...).Output() //nolint:gosec // wrk on an address of ours
		if err != nil {
			return 0, fmt.Errorf("wrk: %w", err)
		}
		text := string(out)
		if strings.Contains(text, "Non-2xx") || strings.Contains(text, "Socket errors") {
			return 0, fmt.Errorf("wrk: answers other than 200:\n%s", text)
		}
		_, after, ok := strings.Cut(text, "Requests/sec:")
		if !ok {
			return 0, fmt.Errorf("wrk said:\n%s", text)
		}
		line, _, _ := strings.Cut(after, "\n")
		n, err := strconv.ParseFloat(strings.TrimSpace(line), 64)
		if err != nil {
			return 0, fmt.Errorf("wrk: %w", err)
		}
		return n, nil
	}
}

// fetchBoth answers a page in clear and as sent with gzip.
func fetchBoth(ctx context.Context, address string) (page, packed []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("bench page: %w", err)
	}
	req.Header.Set("Accept-Encoding", "gzip") // set by hand, so that the client leaves it packed
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("bench page: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Encoding") != "gzip" {
		return nil, nil, fmt.Errorf("bench page %s: status %d, encoding %q", address, res.StatusCode, res.Header.Get("Content-Encoding"))
	}
	if packed, err = io.ReadAll(res.Body); err != nil {
		return nil, nil, fmt.Errorf("bench page: %w", err)
	}
	unpack, err := gzip.NewReader(strings.NewReader(string(packed)))
	if err != nil {
		return nil, nil, fmt.Errorf("bench page: %w", err)
	}
	page, err = io.ReadAll(unpack)
	return page, packed, err //nolint:wrapcheck // the reader of bytes in memory
}

func freeAddr(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("free port: %w", err)
	}
	addr := l.Addr().String()
	return addr, l.Close() //nolint:wrapcheck // closing a listener of our own
}

// untilUp waits until an address answers 200, for at most 20 s.
func untilUp(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return fmt.Errorf("wait for %s: %w", address, err)
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", address, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
