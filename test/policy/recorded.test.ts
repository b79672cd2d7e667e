/** The rules over previews as the real engine printed them. */
import assert from "node:assert/strict";
import type { Rule } from "../../policy/rule";
import { RULES } from "../../policy/rules";
import { routerIds } from "../../policy/rules/routerIds";
import { judged, recordedStack } from "./support";

const ALONE = RULES.filter(({ name }) => name !== routerIds.name);

async function found(name: string, replacements: Record<string, string> = {}): Promise<string[]> {
    const resources = recordedStack(name, replacements);
    const all = ALONE.map(async (rule: Rule) =>
        (await judged(rule, resources)).map(({ urn }) => `${rule.name}: ${urn.split("::").at(-1)!}`),
    );
    return (await Promise.all(all)).flat();
}

describe("the rules of the policy pack, over recorded previews", () => {
    for (const name of ["firstTime", "unchanged", "memory", "template", "engine", "routerId", "badInputs"]) {
        it(`find nothing in ${name}`, async () => {
            assert.deepEqual(await found(name), []);
        });
    }

    it("find the only API server of vrrpPassword", async () => {
        assert.deepEqual(await found("vrrpPassword"), ["enough-api-servers: kube-api"]);
    });

    const cases: [string, Record<string, string>, string[]][] = [
        [
            "both VMs on one node",
            { '"nodeName": "pve2"': '"nodeName": "pve1"' },
            ["hosts-on-different-nodes: kube-api"],
        ],
        [
            "a certificate that is not verified",
            { '"insecure": "false"': '"insecure": "true"' },
            ["secure-proxmox-endpoint: proxmox"],
        ],
        ["the profile fast", { "advert_int 0.1": "advert_int 0.05" }, ["tolerant-vrrp-on-shared-nodes: kube-api"]],
        [
            "one API server",
            { "server kube_api 10.30.100.52:6443": "#", "server kube_api 10.30.100.53:6443": "#" },
            ["enough-api-servers: kube-api"],
        ],
        [
            "a token in plain text",
            { '"apiToken": "[secret]"': '"apiToken": "root@pam!ci=01234567-89ab-cdef-0123-456789abcdef"' },
            ["no-plain-text-secrets: proxmox"],
        ],
        [
            "a stack of production",
            { "urn:pulumi:vms::": "urn:pulumi:prod::" },
            ["protected-production-vms: kube-api-vrrp2-vm", "protected-production-vms: kube-api-vrrp1-vm"],
        ],
    ];
    for (const [what, replacements, expected] of cases) {
        it(`find ${what} in a first one`, async () => {
            assert.deepEqual(await found("firstTime", replacements), expected);
        });
    }
});
