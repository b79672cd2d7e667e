// Package info maps the Proxmox resources this project uses onto the tokens of the npm package @muhlba91/pulumi-proxmoxve,
// so that its SDK talks to this plugin as it would to the published one.
package info

import (
	"context"
	_ "embed"

	"github.com/bpg/terraform-provider-proxmox/fwprovider"
	"github.com/bpg/terraform-provider-proxmox/proxmoxtf/provider"
	pfbridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// Version of the npm SDK whose tokens are served. Keep it equal to the pin in package.json.
const Version = "8.6.0"

//go:embed bridge-metadata.json
var metadata []byte

// served lists the Terraform resources that get a Pulumi token; all others are left out, which keeps the build small.
var served = map[string]tokens.Type{
	"proxmox_virtual_environment_vm":               "proxmoxve:index/vmLegacy:VmLegacy",
	"proxmox_download_file":                        "proxmoxve:download/file:File",
	"proxmox_virtual_environment_firewall_ipset":   "proxmoxve:firewall/ipsetLegacy:IpsetLegacy",
	"proxmox_virtual_environment_firewall_options": "proxmoxve:firewall/optionsLegacy:OptionsLegacy",
	"proxmox_virtual_environment_firewall_rules":   "proxmoxve:firewall/rulesLegacy:RulesLegacy",
	"proxmox_hagroup":                              "proxmoxve:index/hagroup:Hagroup",
	"proxmox_haresource":                           "proxmoxve:index/haresource:Haresource",
	"proxmox_harule":                               "proxmoxve:index/harule:Harule",
}

// Provider describes the bridge.
func Provider() tfbridge.ProviderInfo {
	p := tfbridge.ProviderInfo{
		P: pfbridge.MuxShimWithPF(context.Background(),
			shimv2.NewProvider(provider.ProxmoxVirtualEnvironment()), fwprovider.New(Version)()),
		Name:           "proxmox",
		ResourcePrefix: "proxmox",
		Version:        Version,
		GitHubOrg:      "bpg",
		Resources:      map[string]*tfbridge.ResourceInfo{},
		DataSources:    map[string]*tfbridge.DataSourceInfo{},
		MetadataInfo:   tfbridge.NewProviderMetadata(metadata),
	}
	p.P.ResourcesMap().Range(func(name string, _ shim.Resource) bool {
		if token, ok := served[name]; ok {
			p.Resources[name] = &tfbridge.ResourceInfo{Tok: token}
		} else {
			p.IgnoreMappings = append(p.IgnoreMappings, name)
		}
		return true
	})
	p.P.DataSourcesMap().Range(func(name string, _ shim.Resource) bool {
		p.IgnoreMappings = append(p.IgnoreMappings, name)
		return true
	})
	// The published plugin auto-names; without it an explicit name would not imply delete-before-replace.
	p.SetAutonaming(255, "-")
	return p
}
