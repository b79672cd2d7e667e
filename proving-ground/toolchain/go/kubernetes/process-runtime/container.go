package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

type container struct {
	id, sandbox string
	config      *cri.ContainerConfig
	// Where the kubelet looks for what it prints.
	log       string
	createdAt time.Time

	lock                  sync.Mutex
	process               *os.Process
	startedAt, finishedAt time.Time
	exitCode              int32
	// Closed when the process has ended.
	ended chan struct{}
}

// Mounts that kubelets add to every container: no program here reads them.
var ofKubelets = map[string]bool{"/etc/hosts": true, "/dev/termination-log": true}

// Binds each pair of its first arguments, up to "--", in a mount namespace of its own, and becomes the rest.
const withMounts = `set -e
while [ "$1" != -- ]; do
    if [ -d "$1" ]; then mkdir -p "$2"; else mkdir -p "$(dirname "$2")"; [ -e "$2" ] || : > "$2"; fi
    mount --bind "$1" "$2"
    shift 2
done
shift
exec "$@"`

func (c *container) start(programs string) error {
	words := append(append([]string{}, c.config.Command...), c.config.Args...)
	if len(words) == 0 {
		return fmt.Errorf("%s says no command; what its image would run is not known here", c.config.Metadata.Name)
	}
	words[0] = filepath.Join(programs, filepath.Base(words[0]))
	if _, err := os.Stat(words[0]); err != nil {
		return fmt.Errorf("no program of the name of the image's: %w", err)
	}
	command := exec.Command("unshare", append([]string{
		"--mount", "--propagation", "slave", "--", "sh", "-c", withMounts, "sh"}, append(c.mounts(), words...)...)...)
	command.Env = []string{"PATH=" + programs + ":/usr/sbin:/usr/bin:/sbin:/bin"}
	for _, each := range c.config.Envs {
		command.Env = append(command.Env, each.Key+"="+string(each.Value))
	}
	// A group of its own, to be ended whole.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := os.MkdirAll(filepath.Dir(c.log), 0o755); err != nil {
		return err
	}
	log, err := os.OpenFile(c.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	command.Stderr = command.Stdout
	if err := command.Start(); err != nil {
		return err
	}
	c.lock.Lock()
	c.process, c.startedAt = command.Process, time.Now()
	c.lock.Unlock()
	go func() {
		defer log.Close()
		writeLog(log, output)
		c.finish(command.Wait())
	}()
	return nil
}

func (c *container) mounts() []string {
	var words []string
	for _, each := range c.config.Mounts {
		if each.HostPath != each.ContainerPath && !ofKubelets[each.ContainerPath] {
			words = append(words, each.HostPath, each.ContainerPath)
		}
	}
	return append(words, "--")
}

// writeLog writes lines as `kubectl logs` reads them.
func writeLog(log io.Writer, output io.Reader) {
	reader := bufio.NewReader(output)
	for {
		line, err := reader.ReadString('\n')
		if line != "" {
			fmt.Fprintf(log, "%s stdout F %s\n", time.Now().Format(time.RFC3339Nano), strings.TrimSuffix(line, "\n"))
		}
		if err != nil {
			return
		}
	}
}

func (c *container) finish(err error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.finishedAt = time.Now()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		c.exitCode = int32(failed.ExitCode())
		if status, ok := failed.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			c.exitCode = 128 + int32(status.Signal())
		}
	}
	close(c.ended)
}

// stop asks the process to end, makes it end after the grace, and returns when it has.
func (c *container) stop(grace time.Duration) {
	c.lock.Lock()
	process := c.process
	c.lock.Unlock()
	if process == nil {
		return
	}
	if grace > 0 {
		syscall.Kill(-process.Pid, syscall.SIGTERM)
		select {
		case <-c.ended:
			return
		case <-time.After(grace):
		}
	}
	select {
	case <-c.ended:
	default:
		syscall.Kill(-process.Pid, syscall.SIGKILL)
		<-c.ended
	}
}

func (c *container) status() *cri.ContainerStatus {
	c.lock.Lock()
	defer c.lock.Unlock()
	// As a digest is: kubelets compare it with what they asked for, and never with contents.
	image := c.config.Image.Image
	now := &cri.ContainerStatus{
		Id:          c.id,
		Metadata:    c.config.Metadata,
		State:       cri.ContainerState_CONTAINER_CREATED,
		CreatedAt:   c.createdAt.UnixNano(),
		Image:       c.config.Image,
		ImageRef:    image,
		ImageId:     image,
		Labels:      c.config.Labels,
		Annotations: c.config.Annotations,
		Mounts:      c.config.Mounts,
		LogPath:     c.log,
	}
	if c.startedAt.IsZero() {
		return now
	}
	now.State, now.StartedAt = cri.ContainerState_CONTAINER_RUNNING, c.startedAt.UnixNano()
	if c.finishedAt.IsZero() {
		return now
	}
	now.State, now.FinishedAt = cri.ContainerState_CONTAINER_EXITED, c.finishedAt.UnixNano()
	now.ExitCode, now.Reason = c.exitCode, "Completed"
	if c.exitCode != 0 {
		now.Reason = "Error"
	}
	return now
}
