/** Two machines that exist already become the highly available address of a Kubernetes API. */
import * as pulumi from "@pulumi/pulumi";
import { HaApiLoadBalancer } from "ha-api-load-balancer";

const config = new pulumi.Config();

const kubeApi = new HaApiLoadBalancer("kube-api", {
    vip: "10.30.100.100/24",
    apiServers: ["10.30.100.51", "10.30.100.52", "10.30.100.53"],
    hosts: [
        { name: "vrrp1", address: "10.30.100.101" },
        { name: "vrrp2", address: "10.30.100.102" },
    ],
    ssh: { user: "root", privateKey: config.requireSecret("sshPrivateKey") },
});

// The first four are for npm run status, drift and drill.
export const { vip, hosts, files, inspection, kubeconfigServerUrl } = kubeApi;
