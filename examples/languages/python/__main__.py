"""Two machines that exist already become the highly available address of a Kubernetes API."""

import re

import pulumi
from pulumi_ha_api_load_balancer import HaApiLoadBalancer, HostArgsArgs, SshArgsArgs

config = pulumi.Config()

kube_api = HaApiLoadBalancer(
    "kube-api",
    vip=config.get("vip") or "10.30.100.100/24",
    api_servers=config.get_object("apiServers") or ["10.30.100.51", "10.30.100.52", "10.30.100.53"],
    hosts=[
        HostArgsArgs(name=host["name"], address=host["address"])
        for host in config.get_object("hosts")
        or [{"name": "vrrp1", "address": "10.30.100.101"}, {"name": "vrrp2", "address": "10.30.100.102"}]
    ],
    ssh=SshArgsArgs(user="root", private_key=config.require_secret("sshPrivateKey")),
)


def as_written(value):
    """Keys as npm run status, drift and drill read them: Python's SDK writes ssh_port for sshPort."""
    if isinstance(value, list):
        return [as_written(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        re.sub("_([a-z])", lambda match: match[1].upper(), key)
        if re.fullmatch("[a-z]+(_[a-z]+)+", key)
        else key: as_written(inside)
        for key, inside in value.items()
    }


pulumi.export("vip", kube_api.vip)
pulumi.export("hosts", kube_api.hosts.apply(as_written))
pulumi.export("files", kube_api.files)
pulumi.export("inspection", kube_api.inspection.apply(as_written))
pulumi.export("kubeconfigServerUrl", kube_api.kubeconfig_server_url)
