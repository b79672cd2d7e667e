// A stand-in for a kubelet: what an API server needs behind it for `kubectl exec`, `logs` and `port-forward`.
//
// There are no containers. Commands run on this machine, in the network namespace the program was started in. The streams are served by
// the library container runtimes serve them with, so that the upgrades an API server asks a kubelet for are genuine.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
)

const (
	// What kubelets have by default: a stream may be silent that long.
	streamIdleTimeout     = 4 * time.Hour
	streamCreationTimeout = remotecommand.DefaultStreamCreationTimeout
)

func main() {
	address := flag.String("address", "0.0.0.0:10250", "where API servers find it")
	podAddress := flag.String("pod-address", "127.0.0.1:8080", "where all pods have their one port")
	certificate := flag.String("cert", "", "serving certificate")
	key := flag.String("key", "", "its key")
	clientCA := flag.String("client-ca", "", "who signs the certificates of clients")
	client := flag.String("client", "kube-apiserver-kubelet-client", "common name of the only client that is let in")
	flag.Parse()

	logs := newLogs(time.Now(), 200*time.Millisecond)
	listener, err := net.Listen("tcp", *podAddress)
	check(err)
	go func() { check(http.Serve(listener, podServer(logs))) }()

	server := &http.Server{Addr: *address, Handler: kubelet(logs), TLSConfig: clientsOf(*clientCA, *client)}
	check(server.ListenAndServeTLS(*certificate, *key))
}

// kubelet answers the paths API servers proxy to.
func kubelet(logs *logs) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/exec/{namespace}/{pod}/{container}", func(w http.ResponseWriter, r *http.Request) {
		options, err := remotecommand.NewOptions(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		remotecommand.ServeExec(w, r, executor{}, r.PathValue("pod"), "", r.PathValue("container"), r.URL.Query()["command"], options,
			streamIdleTimeout, streamCreationTimeout, remotecommand.SupportedStreamingProtocols)
	})
	mux.HandleFunc("/portForward/{namespace}/{pod}", func(w http.ResponseWriter, r *http.Request) {
		options, err := portforward.NewV4Options(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		portforward.ServePortForward(w, r, forwarder{}, r.PathValue("pod"), "", options,
			streamIdleTimeout, streamCreationTimeout, portforward.SupportedProtocols)
	})
	mux.Handle("/containerLogs/{namespace}/{pod}/{container}", logs)
	return mux
}

// podServer is what listens in every pod: a greeting, and an endless answer.
func podServer(logs *logs) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("hello from the pod\n")) })
	mux.HandleFunc("/lines", func(w http.ResponseWriter, r *http.Request) { logs.follow(w, r, logs.soFar()) })
	return mux
}

// clientsOf lets in one client only: commands run as root here.
func clientsOf(caFile, name string) *tls.Config {
	pem, err := os.ReadFile(caFile)
	check(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return &tls.Config{
		ClientAuth: tls.RequireAndVerifyClientCert,
		ClientCAs:  pool,
		VerifyConnection: func(state tls.ConnectionState) error {
			if state.PeerCertificates[0].Subject.CommonName != name {
				return errors.New("this client may not use the kubelet")
			}
			return nil
		},
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
