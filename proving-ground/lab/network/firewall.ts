/**
 * Room for the lab in a firewall this machine already has.
 *
 * Docker and ufw leave `ip filter` with chains that drop by default, and an accept in a table of ours does not overrule
 * a drop in theirs. So one rule for the instance's bridge goes to the top of each such chain, marked by its comment,
 * and is taken out again.
 */
import { succeeds, run } from "../../../tools/run";
import { type LabInstance } from "../instance";

interface NftObject {
    chain?: { policy?: string };
    rule?: { handle: number; comment?: string };
}

/** The bridge's traffic, by chain. */
const RULES: [chain: string, match: string][] = [
    ["INPUT", "iifname"],
    ["FORWARD", "iifname"],
    ["FORWARD", "oifname"],
];

export async function openFirewall(instance: LabInstance): Promise<void> {
    await closeFirewall(instance);
    for (const [chain, match] of RULES) {
        const drops = (await list(chain)).some((object) => object.chain?.policy === "drop");
        const rule = [match, instance.bridge, "accept", "comment", `"${instance.nftTable}"`];
        if (drops) await run("nft", ["insert", "rule", "ip", "filter", chain, ...rule]);
    }
}

export async function closeFirewall(instance: LabInstance): Promise<void> {
    for (const chain of new Set(RULES.map(([name]) => name))) {
        for (const { rule } of await list(chain)) {
            if (rule?.comment !== instance.nftTable) continue;
            await succeeds("nft", ["delete", "rule", "ip", "filter", chain, "handle", String(rule.handle)]);
        }
    }
}

/** The chain and its rules; nothing when there is no such chain. */
async function list(chain: string): Promise<NftObject[]> {
    const text = await run("nft", ["-j", "list", "chain", "ip", "filter", chain]).catch(() => "{}");
    return (JSON.parse(text) as { nftables?: NftObject[] }).nftables ?? [];
}
