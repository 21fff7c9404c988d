// Registrar announces a CSI driver to the kubelet, as node-driver-registrar does, whose module the proxy does not
// serve. It waits until the driver's socket accepts, then answers the kubelet's plugin watcher; refused, it ends with
// an error, and its container starts again.
package main

import (
	"context"
	"log"
	"net"
	"os"
	"time"

	"google.golang.org/grpc"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

type registrar struct {
	registration.UnimplementedRegistrationServer
	name, endpoint string
}

func (r registrar) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{
		Type: registration.CSIPlugin, Name: r.name, Endpoint: r.endpoint, SupportedVersions: []string{"1.0.0"},
	}, nil
}

func (r registrar) NotifyRegistrationStatus(_ context.Context, s *registration.RegistrationStatus) (*registration.RegistrationStatusResponse, error) {
	if !s.PluginRegistered {
		log.Fatalf("the kubelet refused %s: %s", r.name, s.Error)
	}
	log.Printf("%s is registered", r.name)
	return &registration.RegistrationStatusResponse{}, nil
}

// Arguments: the socket to serve, the driver's name, the driver's socket as the kubelet sees it, and as seen from here.
func main() {
	if len(os.Args) != 5 {
		log.Fatal("usage: registrar SOCKET DRIVER KUBELET_PATH_OF_DRIVER_SOCKET OWN_PATH_OF_DRIVER_SOCKET")
	}
	serveAt, name, endpoint, driver := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	for {
		connection, err := net.Dial("unix", driver)
		if err == nil {
			connection.Close()
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	os.Remove(serveAt) // a killed registrar leaves its socket behind
	listener, err := net.Listen("unix", serveAt)
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	registration.RegisterRegistrationServer(server, registrar{name: name, endpoint: endpoint})
	log.Fatal(server.Serve(listener))
}
