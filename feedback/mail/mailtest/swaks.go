package mailtest

import (
	"os/exec"
	"strings"
	"testing"
)

// Swaks sends one message with swaks and answers its transcript and whether the
// server took it. protocol is SMTP or LMTP; more are options of swaks.
func Swaks(t testing.TB, protocol, server, from, to string, more ...string) (transcript string, taken bool) {
	t.Helper()
	path := need(t, "swaks")[0]
	args := append([]string{"--protocol", protocol, "--server", server, "--from", from, "--to", to, "--timeout", "20"}, more...)
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput() //nolint:gosec // a program of the test's own choice
	if err != nil && !strings.Contains(err.Error(), "exit status") {
		t.Fatalf("swaks: %v", err)
	}
	return string(out), err == nil
}
