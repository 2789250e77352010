// Package servers starts real mail programs for trials, each a private instance
// out of a temporary folder, on free ports of the loopback: dovecot as a mailbox
// and final delivery, exim as a relay. They give up root's rights themselves,
// and so must be started with them.
//
// It touches no service of the machine, and must not know what is tried with
// them.
//
// Start reading at dovecot.go, then program.go.
package servers
