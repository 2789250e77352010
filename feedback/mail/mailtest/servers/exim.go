package servers

import (
	"errors"
	"fmt"
	"net"
	"strings"
)

// Route says which LMTP server takes the mail of a domain.
type Route struct{ Domain, LMTP string }

// StartExim runs an exim until stop is called. It takes anything by SMTP from
// the loopback, hands mail for each domain to its LMTP server, tries again every
// second, and bounces what is refused. It answers its address. ErrMissing: it
// cannot be started here.
func StartExim(routes ...Route) (addr string, stop func(), err error) {
	i, err := prepare("Debian-exim", "exim4")
	if err != nil {
		return "", nil, err
	}
	if addr, err = i.exim(routes); err != nil {
		i.stop()
		return "", nil, err
	}
	return addr, i.stop, nil
}

func (i *instance) exim(routes []Route) (string, error) {
	_, err := i.folder("spool")
	_, again := i.folder("log")
	ports, last := freePorts(1)
	if err = errors.Join(err, again, last); err != nil {
		return "", err
	}
	var routers, transports strings.Builder
	for n, r := range routes {
		host, port, err := net.SplitHostPort(r.LMTP)
		if err != nil {
			return "", fmt.Errorf("exim: %w", err)
		}
		fmt.Fprintf(&routers, eximRouter, n, r.Domain, host)
		fmt.Fprintf(&transports, eximTransport, n, port)
	}
	conf, err := i.write("exim.conf", fmt.Sprintf(eximConf, i.dir, ports[0], routers.String(), transports.String()))
	if err != nil {
		return "", err
	}
	addr := local(ports[0])
	return addr, i.start([]string{addr}, []string{"log/mainlog", "log/paniclog"}, "exim4", "-C", conf, "-bdf", "-q1s")
}

const (
	eximConf = `
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
%[3]s
begin transports
%[4]s
begin retry
* * F,1h,1s
`
	eximRouter = `
r%[1]d:
  driver = manualroute
  domains = %[2]s
  route_list = * %[3]s byname
  self = send
  transport = t%[1]d
`
	eximTransport = `
t%[1]d:
  driver = smtp
  protocol = lmtp
  port = %[2]s
  allow_localhost = true
`
)
