//go:build !unix

package servers

import "os/exec"

// ownGroup does nothing: there are no such programs here.
func ownGroup(*exec.Cmd) {}

func endGroup(cmd *exec.Cmd, _ bool) { _ = cmd.Process.Kill() }
