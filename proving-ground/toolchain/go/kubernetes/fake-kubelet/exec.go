package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/creack/pty"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

// executor runs commands; the pod is only a name to it.
type executor struct{}

func (executor) ExecInContainer(ctx context.Context, pod, _, _ string, command []string, in io.Reader, out, errOut io.WriteCloser, tty bool, resize <-chan remotecommand.TerminalSize, _ time.Duration) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOSTNAME=" + pod, "TERM=xterm"}
	if tty {
		return withStatus(runOnTerminal(cmd, in, out, resize))
	}
	if out != nil {
		cmd.Stdout = out
	}
	if errOut != nil {
		cmd.Stderr = errOut
	}
	if in == nil {
		return withStatus(cmd.Run())
	}
	// By a pipe of our own: Run would not end before the client has closed its side.
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	go func() {
		io.Copy(pipe, in)
		pipe.Close()
	}()
	return withStatus(cmd.Run())
}

func runOnTerminal(cmd *exec.Cmd, in io.Reader, out io.Writer, resize <-chan remotecommand.TerminalSize) error {
	terminal, err := pty.Start(cmd)
	if err != nil {
		return err
	}
	defer terminal.Close()
	go func() {
		for size := range resize {
			pty.Setsize(terminal, &pty.Winsize{Rows: size.Height, Cols: size.Width})
		}
	}()
	if in != nil {
		go io.Copy(terminal, in)
	}
	if out != nil {
		// Ends with an error, always: that is how a terminal says that the last process has left it.
		io.Copy(out, terminal)
	}
	return cmd.Wait()
}

// withStatus puts the exit status into the form in which the streaming library sends it to the client.
func withStatus(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return utilexec.CodeExitError{Err: err, Code: exit.ExitCode()}
	}
	return err
}
