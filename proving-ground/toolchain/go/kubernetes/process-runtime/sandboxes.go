package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// RunPodSandbox notes the pod: there is nothing to be made for it.
func (r *runtime) RunPodSandbox(
	_ context.Context, request *cri.RunPodSandboxRequest,
) (*cri.RunPodSandboxResponse, error) {
	config := request.Config
	if config.GetLinux().GetSecurityContext().GetNamespaceOptions().GetNetwork() != cri.NamespaceMode_NODE {
		return nil, status.Errorf(codes.Unimplemented,
			"pod %s wants a network of its own; this runtime has the machine's only (hostNetwork)", config.Metadata.Name)
	}
	sandbox := &cri.PodSandbox{
		Id:             newID(),
		Metadata:       config.Metadata,
		State:          cri.PodSandboxState_SANDBOX_READY,
		CreatedAt:      time.Now().UnixNano(),
		Labels:         config.Labels,
		Annotations:    config.Annotations,
		RuntimeHandler: request.RuntimeHandler,
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	r.sandboxes[sandbox.Id], r.configs[sandbox.Id] = sandbox, config
	return &cri.RunPodSandboxResponse{PodSandboxId: sandbox.Id}, nil
}

func (r *runtime) StopPodSandbox(
	_ context.Context, request *cri.StopPodSandboxRequest,
) (*cri.StopPodSandboxResponse, error) {
	for _, each := range r.containersOf(request.PodSandboxId) {
		each.stop(0)
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	if sandbox := r.sandboxes[request.PodSandboxId]; sandbox != nil {
		sandbox.State = cri.PodSandboxState_SANDBOX_NOTREADY
	}
	return &cri.StopPodSandboxResponse{}, nil
}

func (r *runtime) RemovePodSandbox(
	ctx context.Context, request *cri.RemovePodSandboxRequest,
) (*cri.RemovePodSandboxResponse, error) {
	for _, each := range r.containersOf(request.PodSandboxId) {
		each.stop(0)
		r.forget(each.id)
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	delete(r.sandboxes, request.PodSandboxId)
	delete(r.configs, request.PodSandboxId)
	return &cri.RemovePodSandboxResponse{}, nil
}

func (r *runtime) PodSandboxStatus(
	_ context.Context, request *cri.PodSandboxStatusRequest,
) (*cri.PodSandboxStatusResponse, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	sandbox := r.sandboxes[request.PodSandboxId]
	if sandbox == nil {
		return nil, status.Errorf(codes.NotFound, "there is no pod sandbox %s", request.PodSandboxId)
	}
	options := r.configs[sandbox.Id].GetLinux().GetSecurityContext().GetNamespaceOptions()
	return &cri.PodSandboxStatusResponse{Status: &cri.PodSandboxStatus{
		Id:             sandbox.Id,
		Metadata:       sandbox.Metadata,
		State:          sandbox.State,
		CreatedAt:      sandbox.CreatedAt,
		Labels:         sandbox.Labels,
		Annotations:    sandbox.Annotations,
		RuntimeHandler: sandbox.RuntimeHandler,
		Network:        &cri.PodSandboxNetworkStatus{},
		Linux:          &cri.LinuxPodSandboxStatus{Namespaces: &cri.Namespace{Options: options}},
	}}, nil
}

func (r *runtime) ListPodSandbox(
	_ context.Context, request *cri.ListPodSandboxRequest,
) (*cri.ListPodSandboxResponse, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	filter := request.GetFilter()
	response := &cri.ListPodSandboxResponse{}
	for _, sandbox := range r.sandboxes {
		if (filter.GetId() == "" || filter.Id == sandbox.Id) &&
			(filter.GetState() == nil || filter.State.State == sandbox.State) &&
			selects(filter.GetLabelSelector(), sandbox.Labels) {
			// A copy: the lock is gone when it is sent.
			listed := cri.PodSandbox{
				Id: sandbox.Id, Metadata: sandbox.Metadata, State: sandbox.State, CreatedAt: sandbox.CreatedAt,
				Labels: sandbox.Labels, Annotations: sandbox.Annotations, RuntimeHandler: sandbox.RuntimeHandler,
			}
			response.Items = append(response.Items, &listed)
		}
	}
	return response, nil
}

func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return true
}

// As long as other runtimes have them: tools shorten them.
func newID() string {
	bytes := make([]byte, 32)
	rand.Read(bytes)
	return hex.EncodeToString(bytes)
}
