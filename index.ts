/** The stack program: settings of this environment -> Proxmox provider -> load balancer -> outputs. */
import { HaApiLoadBalancer } from "./components";
import { proxmoxProvider } from "./stack/proxmoxProvider";
import { readSettings } from "./stack/settings";

const settings = readSettings();
const provider = proxmoxProvider(settings.proxmox);
const loadBalancer = new HaApiLoadBalancer(
    "kube-api",
    settings.loadBalancer,
    provider === undefined ? {} : { provider },
);

export const vip = loadBalancer.vip;
export const vip6 = loadBalancer.vip6;
export const kubeconfigServerUrl = loadBalancer.kubeconfigServerUrl;
export const kubeconfig = loadBalancer.kubeconfig;
export const hosts = loadBalancer.hosts;
export const files = loadBalancer.files;
export const inspection = loadBalancer.inspection;
export const verification = loadBalancer.verification;
