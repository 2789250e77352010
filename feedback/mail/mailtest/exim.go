package mailtest

import (
	"fmt"
	"net"
	"path/filepath"
	"testing"
)

// StartExim runs an exim until the test ends. It takes anything by SMTP from
// the loopback, hands mail for domain to the LMTP server at lmtp, tries again
// every second, and bounces what is refused. It answers its address.
func StartExim(t testing.TB, domain, lmtp string) string {
	t.Helper()
	path := need(t, "exim4")[0]
	host, port, err := net.SplitHostPort(lmtp)
	if err != nil {
		t.Fatal(err)
	}
	dir := tempDir(t)
	uid, gid := account(t, "Debian-exim")
	folder(t, filepath.Join(dir, "spool"), uid, gid)
	folder(t, filepath.Join(dir, "log"), uid, gid)
	smtp := freePort(t)
	conf := write(t, filepath.Join(dir, "exim.conf"), fmt.Sprintf(`
primary_hostname = relay.example.net
spool_directory = %[1]s/spool
log_file_path = %[1]s/log/%%slog
pid_file_path = %[1]s/spool/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = %[2]d
deliver_drop_privilege = true
keep_environment =
tls_advertise_hosts =
host_lookup =
rfc1413_hosts =
smtp_accept_max = 100
message_size_limit = 30M
disable_ipv6 = true
acl_smtp_rcpt = acl_any
acl_smtp_data = acl_any
begin acl
acl_any:
  accept
begin routers
ours:
  driver = manualroute
  domains = %[3]s
  route_list = * %[4]s byname
  self = send
  transport = ours
begin transports
ours:
  driver = smtp
  protocol = lmtp
  port = %[5]s
  allow_localhost = true
begin retry
* * F,1h,1s
`, dir, smtp, domain, host, port))
	logs := func() string {
		return readAll(filepath.Join(dir, "log", "mainlog"), filepath.Join(dir, "log", "paniclog"))
	}
	start(t, func() bool { return listens(local(smtp)) }, logs, path, "-C", conf, "-bdf", "-q1s")
	return local(smtp)
}
