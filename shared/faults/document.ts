/** The catalogue as the table in docs/operations.md. */
import { markdownTable } from "../report/table";
import { FAULTS } from "./catalogue";
import type { Fault } from "./fault";

/** What limits where a fault can be injected. */
const NEEDS: Record<NonNullable<Fault["needs"]>, string> = {
    power: "only where all hosts are VMs of the stack",
    "control plane": "only in the lab, where the control plane is ours",
    "fake control plane": "only in the lab, with its fake API servers",
    nftables: "needs `nft` on the hosts",
};

export function faultTable(): string {
    return markdownTable(
        ["`--fault`", "what it does", "what is expected"],
        FAULTS.map(({ name, inDefaultDrill, needs, plan, expected }) => [
            `\`${name}\``,
            [
                ...(inDefaultDrill ? ["in the default drill"] : []),
                plan,
                ...(needs === undefined ? [] : [NEEDS[needs]]),
            ].join("; "),
            expected,
        ]),
    );
}
