module own-go

go 1.26

require (
	example.com/pulumi-ha-api-load-balancer/sdk/go/ha-api-load-balancer v0.0.0
	github.com/pulumi/pulumi/sdk/v3 v3.253.0
)

// Where the generated package is.
replace example.com/pulumi-ha-api-load-balancer/sdk/go/ha-api-load-balancer => ./sdk
