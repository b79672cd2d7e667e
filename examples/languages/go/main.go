// Two machines that exist already become the highly available address of a Kubernetes API.
package main

import (
	haapi "example.com/pulumi-ha-api-load-balancer/sdk/go/haapiloadbalancer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		kubeAPI, err := haapi.NewHaApiLoadBalancer(ctx, "kube-api", &haapi.HaApiLoadBalancerArgs{
			Vip:        pulumi.String("10.30.100.100/24"),
			ApiServers: pulumi.ToStringArray([]string{"10.30.100.51", "10.30.100.52", "10.30.100.53"}),
			Hosts: []haapi.HostArgsArgs{
				{Name: "vrrp1", Address: pulumi.String("10.30.100.101")},
				{Name: "vrrp2", Address: pulumi.String("10.30.100.102")},
			},
			Ssh: haapi.SshArgsArgs{
				User:       pulumi.String("root"),
				PrivateKey: config.New(ctx, "").RequireSecret("sshPrivateKey"),
			},
		})
		if err != nil {
			return err
		}
		// The first four are for npm run status, drift and drill.
		ctx.Export("vip", kubeAPI.Vip)
		ctx.Export("hosts", kubeAPI.Hosts)
		ctx.Export("files", kubeAPI.Files)
		ctx.Export("inspection", kubeAPI.Inspection)
		ctx.Export("kubeconfigServerUrl", kubeAPI.KubeconfigServerUrl)
		return nil
	})
}
