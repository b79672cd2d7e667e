// Command pulumi-resource-proxmoxve is the Proxmox VE plugin, bridged from the same Terraform provider as the published one.
package main

import (
	"context"
	_ "embed"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"

	"hapi/toolchain/info"
)

//go:embed schema.json
var schema []byte

func main() { tfbridge.MainWithMuxer(context.Background(), "proxmoxve", info.Provider(), schema) }
