/** Lines of a configuration that are about NICs and what cloud-init makes of them. */
import { properties } from "./format";
import * as formats from "./formats";
import { decimal, flag, numbered, type Parameters, required, text, whole } from "./parameter";

export const NIC_MODELS = (
    "e1000 e1000-82540em e1000-82544gc e1000-82545em e1000e i82551 i82557b i82559er ne2k_isa ne2k_pci pcnet " +
    "rtl8139 virtio vmxnet3"
).split(" ");

const nic = properties({
    keys: {
        model: required(text({ oneOf: NIC_MODELS })),
        // `virtio=BC:24:11:..` is a model and an address in one.
        ...Object.fromEntries(NIC_MODELS.map((model) => [model, { alias: "macaddr", named: "model" }])),
        macaddr: text({ format: formats.macAddress }),
        bridge: text({ format: formats.bridgeId }),
        firewall: flag(),
        link_down: flag(),
        mtu: whole({ minimum: 1, maximum: 65520 }),
        queues: whole({ minimum: 0, maximum: 64 }),
        rate: decimal({ minimum: 0 }),
        tag: whole({ minimum: 1, maximum: 4094 }),
        trunks: text({ pattern: "\\d+(?:-\\d+)?(?:;\\d+(?:-\\d+)?)*" }),
    },
    defaultKey: "model",
});

const addresses = properties({
    keys: {
        ip: text({ format: formats.ipv4Configuration }),
        gw: text({ format: formats.ipv4, requires: "ip" }),
        ip6: text({ format: formats.ipv6Configuration }),
        gw6: text({ format: formats.ipv6, requires: "ip6" }),
    },
});

export const network: Parameters = {
    ...numbered("net", 32, text({ format: nic })),
    ...numbered("ipconfig", 32, text({ format: addresses })),
};
