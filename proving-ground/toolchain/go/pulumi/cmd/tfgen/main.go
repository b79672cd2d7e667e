// Command tfgen writes the Pulumi schema and the bridge's metadata from the Terraform provider.
package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfgen"

	"hapi/toolchain/info"
)

func main() { tfgen.MainWithMuxer("proxmoxve", info.Provider()) }
