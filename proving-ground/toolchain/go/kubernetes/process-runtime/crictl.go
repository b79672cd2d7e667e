package main

import (
	"context"
	"flag"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// crictl does what the program of that name does for `crictl ps --name NAME --quiet` and `crictl stop ID...`: by CRI, as that does.
func crictl(words []string) error {
	connection, err := grpc.NewClient("unix://"+defaultSocket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	client := cri.NewRuntimeServiceClient(connection)
	if len(words) > 1 && words[0] == "stop" {
		for _, id := range words[1:] {
			if _, err := client.StopContainer(context.Background(), &cri.StopContainerRequest{ContainerId: id}); err != nil {
				return err
			}
			fmt.Println(id)
		}
		return nil
	}
	options := flag.NewFlagSet("crictl ps", flag.ContinueOnError)
	name := options.String("name", "", "of the container")
	quiet := options.Bool("quiet", false, "ids only")
	if len(words) == 0 || words[0] != "ps" || options.Parse(words[1:]) != nil || *name == "" || !*quiet {
		return fmt.Errorf("this stand-in knows: crictl ps --name NAME --quiet, crictl stop ID")
	}
	running := &cri.ContainerStateValue{State: cri.ContainerState_CONTAINER_RUNNING}
	found, err := client.ListContainers(context.Background(), &cri.ListContainersRequest{
		Filter: &cri.ContainerFilter{State: running},
	})
	if err != nil {
		return err
	}
	for _, each := range found.Containers {
		if each.Metadata.Name == *name {
			fmt.Println(each.Id)
		}
	}
	return nil
}
