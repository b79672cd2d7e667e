/** The form of `pvesm` that docs/proxmox.md tells its readers to type on a node: what a storage may hold. */
import { type Storages } from "./storages";

export function pvesm(storages: Storages, commands: string[]): void {
    for (const command of commands) {
        const [, storage, content] = /^pvesm set (\S+) --content (\S+)$/.exec(command) ?? [];
        if (storage === undefined || content === undefined)
            throw new Error(`not a command that the lab knows: ${command}`);
        storages.allow(storage, content.split(","));
    }
}
