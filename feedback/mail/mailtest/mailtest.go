package mailtest

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"rectify/feedback/mail/mailtest/servers"
)

// StartDovecot runs a dovecot until the test ends.
func StartDovecot(t testing.TB) servers.Dovecot {
	t.Helper()
	d, stop, err := servers.StartDovecot()
	started(t, stop, err)
	return d
}

// StartExim runs an exim until the test ends that hands mail for a domain to
// the LMTP server of its route, and answers its address.
func StartExim(t testing.TB, routes ...servers.Route) string {
	t.Helper()
	addr, stop, err := servers.StartExim(routes...)
	started(t, stop, err)
	return addr
}

func started(t testing.TB, stop func(), err error) {
	t.Helper()
	if errors.Is(err, servers.ErrMissing) && os.Getenv("RECTIFY_REQUIRE_MAIL") != "1" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
}

// Swaks sends one message with swaks and answers its transcript and whether the
// server took it. protocol is SMTP or LMTP; more are options of swaks.
func Swaks(t testing.TB, protocol, server, from, to string, more ...string) (transcript string, taken bool) {
	t.Helper()
	path, err := servers.Find("swaks")
	if err != nil {
		started(t, nil, err)
	}
	args := append([]string{"--protocol", protocol, "--server", server, "--from", from, "--to", to, "--timeout", "20"}, more...)
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput() //nolint:gosec // a program of the test's own choice
	if err != nil && !strings.Contains(err.Error(), "exit status") {
		t.Fatalf("swaks: %v", err)
	}
	return string(out), err == nil
}
