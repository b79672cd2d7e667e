// A container runtime without containers: what a kubelet needs to run the static pods that kubeadm writes, and kube-proxy.
//
// A container is a process of this machine. Its image is a name only: the program is the one of that name in a folder. It sees the
// machine's own network and files; what its pod mounts elsewhere is mounted for it alone. Nothing is isolated, and nothing is downloaded.
// To the kubelet it is a runtime like any other: it speaks CRI.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os"
	"path/filepath"
	"sync"

	"google.golang.org/grpc"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// What kubelets ask for, and compare with their own.
const kubeletAPIVersion = "0.1.0"

// Where containerd has it: the first place that kubeadm looks at.
const defaultSocket = "/run/containerd/containerd.sock"

type runtime struct {
	cri.UnimplementedRuntimeServiceServer
	// Where the programs are.
	programs string

	lock       sync.Mutex
	sandboxes  map[string]*cri.PodSandbox
	configs    map[string]*cri.PodSandboxConfig
	containers map[string]*container
}

func main() {
	if filepath.Base(os.Args[0]) == "crictl" {
		check(crictl(os.Args[1:]))
		return
	}
	socket := flag.String("socket", defaultSocket, "where kubelets and kubeadm look for a runtime")
	programs := flag.String("programs", "/usr/local/bin", "folder of the programs that containers run")
	flag.Parse()

	check(os.MkdirAll(filepath.Dir(*socket), 0o755))
	check(os.RemoveAll(*socket))
	listener, err := net.Listen("unix", *socket)
	check(err)
	server := grpc.NewServer()
	cri.RegisterRuntimeServiceServer(server, &runtime{
		programs:   *programs,
		sandboxes:  map[string]*cri.PodSandbox{},
		configs:    map[string]*cri.PodSandboxConfig{},
		containers: map[string]*container{},
	})
	cri.RegisterImageServiceServer(server, &images{})
	check(server.Serve(listener))
}

func (r *runtime) Version(context.Context, *cri.VersionRequest) (*cri.VersionResponse, error) {
	return &cri.VersionResponse{
		Version:           kubeletAPIVersion,
		RuntimeName:       "process-runtime",
		RuntimeVersion:    "0.1.0",
		RuntimeApiVersion: "v1",
	}, nil
}

func (r *runtime) Status(context.Context, *cri.StatusRequest) (*cri.StatusResponse, error) {
	return &cri.StatusResponse{Status: &cri.RuntimeStatus{Conditions: []*cri.RuntimeCondition{
		{Type: cri.RuntimeReady, Status: true},
		{Type: cri.NetworkReady, Status: true},
	}}}, nil
}

func (r *runtime) RuntimeConfig(context.Context, *cri.RuntimeConfigRequest) (*cri.RuntimeConfigResponse, error) {
	return &cri.RuntimeConfigResponse{
		Linux: &cri.LinuxRuntimeConfiguration{CgroupDriver: cri.CgroupDriver_CGROUPFS},
	}, nil
}

// What nodes tell runtimes are addresses for pods, of which there are none.
func (r *runtime) UpdateRuntimeConfig(
	context.Context, *cri.UpdateRuntimeConfigRequest,
) (*cri.UpdateRuntimeConfigResponse, error) {
	return &cri.UpdateRuntimeConfigResponse{}, nil
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
