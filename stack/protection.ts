import type * as pulumi from "@pulumi/pulumi";

/** What would delete or replace a VM is refused, in the preview already. */
export const protectVirtualMachines: pulumi.ResourceTransform = ({ type, props, opts }) =>
    type === "proxmoxve:index/vmLegacy:VmLegacy" ? { props, opts: { ...opts, protect: true } } : undefined;
