import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Inputs } from "../../../components/model/inputs";
import type { Model } from "../../../components/model/model";
import { resolveModel } from "../../../components/model/resolve";
import { hostFiles } from "../../../components/render/host";
import { makeIdentities, type Identity } from "./identities";
import { anyInputs } from "./inputs";

/** Inputs, and the files that a change of one of them alone must leave as they are. */
const LEAVES_ALONE: [input: RegExp, files: RegExp][] = [
    [/^(virtualMachines|ssh|dnsServers|verify|repairTrigger|packageUpgradeTrigger)\b/, /./],
    [/^hosts\.\d+\.(hostKey|virtualMachine)\b/, /./],
    [/^allowedClients\b/, /(keepalived|bird)\.conf$|\/upstreams\/|\/tls\/|switchover\.nft$/],
    [/^bgp\b/, /nginx\.conf|haproxy\.cfg|\/upstreams\/|\/tls\//],
    [/^vrrp\./, /nginx\.conf|haproxy\.cfg|\/upstreams\/|\/tls\//],
    [
        /^(balancing|listeners|logs|nginx|haproxy|apiServers|apiServerPort|clusterCertificateAuthority|tls)\b/,
        /(keepalived|bird)\.conf$/,
    ],
    [/^metrics\.enabled\b/, /nginx\.conf|haproxy\.cfg/],
    [/^metrics\b/, /(keepalived|bird)\.conf$|\/upstreams\/|\/tls\/|switchover\.nft$/],
    [/^(logs|nginx|haproxy)\b/, /\/upstreams\/|\/tls\/|switchover\.nft$/],
];
const files = (model: Model): Map<string, string> =>
    new Map(hostFiles(model, model.hosts[0]!).map(({ path, content }) => [path, content]));

type Entry = Record<string, unknown>;

/** Where both have a value and not the same one. */
function differing(a: unknown, b: unknown, path: string[] = []): string[][] {
    if (typeof a === "object" && a !== null && typeof b === "object" && b !== null)
        return Object.keys(a).flatMap((key) =>
            key in b ? differing(a[key as never], b[key as never], [...path, key]) : [],
        );
    return a === b ? [] : [path];
}

function withValueOf(a: Inputs, b: Inputs, path: string[]): Inputs {
    const copy = structuredClone(a);
    const value = path.reduce<unknown>((inside, key) => (inside as Entry)[key], b);
    const last = path.at(-1)!;
    (path.slice(0, -1).reduce<unknown>((inside, key) => (inside as Entry)[key], copy) as Entry)[last] = value;
    return copy;
}

function accepted(inputs: Inputs): Model | undefined {
    try {
        return resolveModel(inputs);
    } catch {
        return undefined;
    }
}

describe("one input changed alone", () => {
    let identities: Identity[];
    before(() => {
        identities = makeIdentities();
    });

    it("changes only the files it should", () => {
        let compared = 0;
        fc.assert(
            fc.property(anyInputs(identities), anyInputs(identities), ({ inputs: a }, { inputs: b }) => {
                const before = files(resolveModel(a));
                for (const path of differing(a, b)) {
                    const name = path.join(".");
                    // At layer 4 nothing of it is used.
                    const kept = [
                        ...LEAVES_ALONE.filter(([input]) => input.test(name)).map(([, which]) => which),
                        ...(a.layer === 4 && path[0] === "tls" ? [/./] : []),
                    ];
                    const model = kept.length === 0 ? undefined : accepted(withValueOf(a, b, path));
                    if (model === undefined) continue;
                    compared++;
                    const changed = [...files(model)]
                        .filter(([file, content]) => before.get(file) !== content)
                        .map(([file]) => file);
                    assert.deepEqual(
                        changed.filter((file) => kept.some((which) => which.test(file))),
                        [],
                        `${name} changes a file that has nothing to do with it`,
                    );
                }
            }),
            { numRuns: 15, endOnFailure: true },
        );
        assert.ok(compared > 40, `only ${compared} changes were compared`);
    }).timeout(300_000);
});
