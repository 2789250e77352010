package mailtest

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"testing"
)

// Dovecot is a running server with one account.
type Dovecot struct {
	IMAP, IMAPS, LMTP string // host:port on 127.0.0.1
	User, Password    string
	CAFile            string // the certificate of 127.0.0.1 and localhost, in PEM
}

// StartDovecot runs a dovecot until the test ends.
func StartDovecot(t testing.TB) Dovecot {
	t.Helper()
	path := need(t, "dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp")[0]
	dir := tempDir(t)
	uid, gid := account(t, "mail")
	home := folder(t, filepath.Join(dir, "home"), uid, gid)
	cert, key := certificate(t, dir)
	imap, imaps, lmtp := freePort(t), freePort(t), freePort(t)
	d := Dovecot{IMAP: local(imap), IMAPS: local(imaps), LMTP: local(lmtp), User: "yijian@example.gov.cn", Password: rand.Text(), CAFile: cert}
	write(t, filepath.Join(dir, "users"), d.User+":{PLAIN}"+d.Password+"\n")
	log := filepath.Join(dir, "log")
	conf := write(t, filepath.Join(dir, "dovecot.conf"), fmt.Sprintf(`
protocols = imap lmtp
listen = 127.0.0.1
base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/log
ssl = yes
ssl_cert = <%[2]s
ssl_key = <%[3]s
ssl_dh =
auth_mechanisms = plain login
disable_plaintext_auth = no
first_valid_uid = 1
recipient_delimiter = +
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
namespace inbox {
  inbox = yes
}
passdb {
  driver = passwd-file
  args = %[1]s/users
}
userdb {
  driver = static
  args = uid=%[4]d gid=%[5]d home=%[6]s/%%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    port = %[7]d
  }
  inet_listener imaps {
    port = %[8]d
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = %[9]d
  }
}
`, dir, cert, key, uid, gid, home, imap, imaps, lmtp))
	start(t, func() bool { return listens(d.IMAP) && listens(d.IMAPS) && listens(d.LMTP) }, func() string { return readAll(log) }, path, "-F", "-c", conf)
	return d
}
