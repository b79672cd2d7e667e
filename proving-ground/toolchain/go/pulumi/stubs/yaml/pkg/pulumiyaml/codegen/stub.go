// Package codegen stands in for the one function of pulumi-yaml that the Terraform bridge's example generator names.
// The real module drags in a second copy of the engine; nothing here converts examples, so the function is never called.
package codegen

import (
	"errors"

	"github.com/hashicorp/hcl/v2"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
)

// GenerateProgram has the signature of its namesake and always refuses.
func GenerateProgram(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error) {
	return nil, nil, errors.New("conversion of examples to YAML is not part of this build")
}
