package servers

import (
	"crypto/rand"
	"errors"
	"fmt"
)

// Dovecot is a running server with one account.
type Dovecot struct {
	IMAP, IMAPS, LMTP string // host:port on 127.0.0.1
	User, Password    string
	CAFile            string // the certificate of 127.0.0.1 and localhost, in PEM
}

// StartDovecot runs a dovecot until stop is called. ErrMissing: it cannot be
// started here.
func StartDovecot() (d Dovecot, stop func(), err error) {
	i, err := prepare("mail", "dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp")
	if err != nil {
		return d, nil, err
	}
	if d, err = i.dovecot(); err != nil {
		i.stop()
		return d, nil, err
	}
	return d, i.stop, nil
}

func (i *instance) dovecot() (Dovecot, error) {
	home, err := i.folder("home")
	cert, key, again := i.certificate()
	ports, last := freePorts(3)
	if err = errors.Join(err, again, last); err != nil {
		return Dovecot{}, err
	}
	d := Dovecot{IMAP: local(ports[0]), IMAPS: local(ports[1]), LMTP: local(ports[2]), User: "yijian@example.gov.cn", Password: rand.Text(), CAFile: cert}
	_, err = i.write("users", d.User+":{PLAIN}"+d.Password+"\n")
	conf, again := i.write("dovecot.conf", fmt.Sprintf(dovecotConf, i.dir, cert, key, i.uid, i.gid, home, ports[0], ports[1], ports[2]))
	if err = errors.Join(err, again); err != nil {
		return d, err
	}
	return d, i.start([]string{d.IMAP, d.IMAPS, d.LMTP}, []string{"log"}, "dovecot", "-F", "-c", conf)
}

const dovecotConf = `
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
`
