package main

import (
	"context"
	"path/filepath"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

func (r *runtime) CreateContainer(
	_ context.Context, request *cri.CreateContainerRequest,
) (*cri.CreateContainerResponse, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.sandboxes[request.PodSandboxId] == nil {
		return nil, status.Errorf(codes.NotFound, "there is no pod sandbox %s", request.PodSandboxId)
	}
	created := &container{
		id:        newID(),
		sandbox:   request.PodSandboxId,
		config:    request.Config,
		log:       filepath.Join(request.SandboxConfig.LogDirectory, request.Config.LogPath),
		createdAt: time.Now(),
		ended:     make(chan struct{}),
	}
	r.containers[created.id] = created
	return &cri.CreateContainerResponse{ContainerId: created.id}, nil
}

func (r *runtime) StartContainer(
	_ context.Context, request *cri.StartContainerRequest,
) (*cri.StartContainerResponse, error) {
	found, err := r.container(request.ContainerId)
	if err != nil {
		return nil, err
	}
	if err := found.start(r.programs); err != nil {
		return nil, status.Error(codes.Unknown, err.Error())
	}
	return &cri.StartContainerResponse{}, nil
}

func (r *runtime) StopContainer(
	_ context.Context, request *cri.StopContainerRequest,
) (*cri.StopContainerResponse, error) {
	if found, err := r.container(request.ContainerId); err == nil {
		found.stop(time.Duration(request.Timeout) * time.Second)
	}
	return &cri.StopContainerResponse{}, nil
}

func (r *runtime) RemoveContainer(
	_ context.Context, request *cri.RemoveContainerRequest,
) (*cri.RemoveContainerResponse, error) {
	if found, err := r.container(request.ContainerId); err == nil {
		found.stop(0)
		r.forget(found.id)
	}
	return &cri.RemoveContainerResponse{}, nil
}

func (r *runtime) ListContainers(
	_ context.Context, request *cri.ListContainersRequest,
) (*cri.ListContainersResponse, error) {
	filter := request.GetFilter()
	response := &cri.ListContainersResponse{}
	for _, each := range r.containersOf(filter.GetPodSandboxId()) {
		now := each.status()
		if (filter.GetId() == "" || filter.Id == each.id) &&
			(filter.GetState() == nil || filter.State.State == now.State) &&
			selects(filter.GetLabelSelector(), each.config.Labels) {
			response.Containers = append(response.Containers, &cri.Container{
				Id: each.id, PodSandboxId: each.sandbox, Metadata: now.Metadata, Image: now.Image, ImageRef: now.ImageRef,
				ImageId: now.ImageId, State: now.State, CreatedAt: now.CreatedAt, Labels: now.Labels, Annotations: now.Annotations,
			})
		}
	}
	return response, nil
}

func (r *runtime) ContainerStatus(
	_ context.Context, request *cri.ContainerStatusRequest,
) (*cri.ContainerStatusResponse, error) {
	found, err := r.container(request.ContainerId)
	if err != nil {
		return nil, err
	}
	return &cri.ContainerStatusResponse{Status: found.status()}, nil
}

// Nothing is limited, so that there is nothing to be updated.
func (r *runtime) UpdateContainerResources(
	context.Context, *cri.UpdateContainerResourcesRequest,
) (*cri.UpdateContainerResourcesResponse, error) {
	return &cri.UpdateContainerResourcesResponse{}, nil
}

// Nothing is measured.
func (r *runtime) ListContainerStats(
	context.Context, *cri.ListContainerStatsRequest,
) (*cri.ListContainerStatsResponse, error) {
	return &cri.ListContainerStatsResponse{}, nil
}

func (r *runtime) ListPodSandboxStats(
	context.Context, *cri.ListPodSandboxStatsRequest,
) (*cri.ListPodSandboxStatsResponse, error) {
	return &cri.ListPodSandboxStatsResponse{}, nil
}

func (r *runtime) container(id string) (*container, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if found := r.containers[id]; found != nil {
		return found, nil
	}
	return nil, status.Errorf(codes.NotFound, "there is no container %s", id)
}

// containersOf lists those of a pod; of all pods, if none is named.
func (r *runtime) containersOf(sandbox string) []*container {
	r.lock.Lock()
	defer r.lock.Unlock()
	var found []*container
	for _, each := range r.containers {
		if sandbox == "" || each.sandbox == sandbox {
			found = append(found, each)
		}
	}
	return found
}

func (r *runtime) forget(id string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	delete(r.containers, id)
}
