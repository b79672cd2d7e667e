package main

import (
	"context"
	"fmt"
	"io"
	"net"
)

// forwarder connects a stream with a port in our own network namespace, as a runtime does with one in the pod's.
type forwarder struct{}

func (forwarder) PortForward(_ context.Context, _, _ string, port int32, stream io.ReadWriteCloser) error {
	connection, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	defer connection.Close()
	ended := make(chan error, 2)
	go func() {
		_, err := io.Copy(connection, stream)
		// The client has said all it wants to say; it may still be listening.
		connection.(*net.TCPConn).CloseWrite()
		if err != nil {
			ended <- err
		}
	}()
	go func() {
		_, err := io.Copy(stream, connection)
		ended <- err
	}()
	return <-ended
}
