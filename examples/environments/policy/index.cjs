// The policies of the component's package: docs/policies.md of its repository.
require("ha-api-load-balancer/policy");
