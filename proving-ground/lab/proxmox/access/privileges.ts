/**
 * The privileges a role may hold. They differ between releases of Proxmox VE: one the release does not know is refused.
 */

/** Releases the fake Proxmox can play: the answer to GET /version, and with it which privileges there are. */
export const VERSIONS = { "8.4": "8.4.21", "9.1": "9.1.1" } as const;
export type Version = keyof typeof VERSIONS;

/** What is played where nothing else is asked for. */
export const DEFAULT_VERSION: Version = "9.1";

const COMMON = (
    "Datastore.Allocate Datastore.AllocateSpace Datastore.AllocateTemplate Datastore.Audit Group.Allocate " +
    "Mapping.Audit Mapping.Modify Mapping.Use " +
    "Permissions.Modify Pool.Allocate Pool.Audit Realm.Allocate Realm.AllocateUser SDN.Allocate SDN.Audit " +
    "SDN.Use Sys.AccessNetwork Sys.Audit " +
    "Sys.Console Sys.Incoming Sys.Modify Sys.PowerMgmt Sys.Syslog User.Modify VM.Allocate VM.Audit VM.Backup " +
    "VM.Clone VM.Config.CDROM VM.Config.CPU " +
    "VM.Config.Cloudinit VM.Config.Disk VM.Config.HWType VM.Config.Memory VM.Config.Network " +
    "VM.Config.Options VM.Console VM.Migrate VM.PowerMgmt " +
    "VM.Snapshot VM.Snapshot.Rollback"
).split(" ");

const OWN: Record<Version, string[]> = {
    "8.4": ["VM.Monitor"],
    "9.1": [
        ..."Audit FileRead FileSystemMgmt FileWrite Unrestricted".split(" ").map((name) => `VM.GuestAgent.${name}`),
        "VM.Replicate",
    ],
};

export function privilegesOf(version: Version): Set<string> {
    return new Set([...COMMON, ...OWN[version]]);
}
