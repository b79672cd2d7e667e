/** The tables of nft by which machines are filtered, one for each. */
import { type PacketFilter, packetFilterTable } from "../hypervisor/packetFilter";
import { type LabInstance } from "../instance";
import { run, succeeds } from "../../../tools/run";

/** `port`: the machine's, on the bridge. */
export async function filterPackets(
    { nftTable }: LabInstance,
    vmid: number,
    port: string,
    filter: PacketFilter | undefined,
): Promise<void> {
    const table = `${nftTable}_vm${vmid}`;
    if (filter === undefined) await succeeds("nft", ["delete", "table", "bridge", table]);
    else await run("nft", ["-f", "-"], { input: packetFilterTable(table, port, filter) });
}

/** Those that there are of an instance. */
export async function packetFilters({ nftTable }: LabInstance): Promise<string[]> {
    const text = await run("nft", ["list", "tables", "bridge"]).catch(() => "");
    return [...text.matchAll(/^table bridge (\S+)$/gm)]
        .map(([, name]) => name!)
        .filter((name) => name.startsWith(`${nftTable}_vm`));
}

export async function removePacketFilters(instance: LabInstance): Promise<void> {
    for (const table of await packetFilters(instance)) await succeeds("nft", ["delete", "table", "bridge", table]);
}
