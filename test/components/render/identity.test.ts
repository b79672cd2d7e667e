/**
 * The maps from a certificate's name to user and groups, read as nginx reads them: exact values first, then patterns in
 * order.
 */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { identity, identityHeaders } from "../../../components/render/nginx/identity";
import { lines } from "../../../components/text/lines";

interface Pattern {
    pattern: RegExp;
    value: string;
}
interface NginxMap {
    source: string;
    fallback: string;
    exact: Map<string, string>;
    patterns: Pattern[];
}

/**
 * What a quoted or bare word of nginx stands for: a backslash takes away a special meaning of a quote or a backslash,
 * and of nothing else.
 */
const word = (text: string): string => (text.startsWith('"') ? text.slice(1, -1).replace(/\\(["\\])/g, "$1") : text);

function mapsOf(text: string): Map<string, NginxMap> {
    const maps = new Map<string, NginxMap>();
    for (const [, source, name, body] of text.matchAll(/map "([^"]*)" \$(\w+) \{\n([^]*?)\n\s*\}/g)) {
        const map: NginxMap = { source: source!, fallback: "", exact: new Map(), patterns: [] };
        for (const line of body!.split("\n")) {
            const [, key, value] = /^\s*((?:"(?:[^"\\]|\\.)*"|\S+)) (.*);$/.exec(line)!;
            const text = word(value!);
            if (key === "default") map.fallback = text;
            else if (word(key!).startsWith("~"))
                map.patterns.push({ pattern: new RegExp(word(key!).slice(1)), value: text });
            else map.exact.set(word(key!), text);
        }
        maps.set(name!, map);
    }
    return maps;
}

const maps = mapsOf(lines(...identity()));

/** nginx evaluates what a map is made of when it is asked for. */
function valueOf(name: string, certificate: Record<string, string>): string {
    const map = maps.get(name);
    if (map === undefined) return certificate[name] ?? "";
    const source = map.source.replace(/\$(\w+)/g, (_, variable: string) => valueOf(variable, certificate));
    const exact = map.exact.get(source);
    if (exact !== undefined) return exact;
    for (const { pattern, value } of map.patterns) {
        const groups = pattern.exec(source)?.groups;
        if (pattern.test(source)) return value.replace(/^\$(\w+)$/, (_, variable: string) => groups?.[variable] ?? "");
    }
    return map.fallback;
}

interface Identity {
    user: string;
    groups: string[];
    refused: boolean;
}

function identityOf(name: string, verify = "SUCCESS"): Identity {
    const certificate = { ssl_client_verify: verify, ssl_client_s_dn: name };
    const groups = [1, 2, 3, 4].map((n) => valueOf(`identity_group_${n}`, certificate)).filter((group) => group !== "");
    return {
        user: valueOf("identity_user", certificate),
        groups,
        refused: valueOf("identity_refused", certificate) === "1",
    };
}

describe("who a client certificate names", () => {
    it("is found in maps that this test can read", () =>
        assert.deepEqual(
            [...maps.keys()],
            [
                "identity_user",
                "identity_group_1",
                "identity_group_2",
                "identity_group_3",
                "identity_group_4",
                "identity_refused",
            ],
        ));

    const named: [name: string, user: string, groups: string[]][] = [
        ["CN=alice", "alice", []],
        ["CN=alice,O=developers", "alice", ["developers"]],
        ["O=developers,CN=alice", "alice", ["developers"]],
        ["CN=bob@example.com,O=d,OU=unit,O=c,L=O,O=b,C=DE,O=a", "bob@example.com", ["d", "c", "b", "a"]],
        ["CN=system:node:worker1,O=system:nodes", "system:node:worker1", ["system:nodes"]],
        ["CN=Ada Lovelace,O=Analytical Engines/Ltd", "Ada Lovelace", ["Analytical Engines/Ltd"]],
        ["OU=CN=x,CN=alice", "alice", []],
        // Written back to front: the last in the certificate, which is the one API servers take.
        ["CN=last,CN=first", "last", []],
        ["emailAddress=a@b,CN=alice,DC=example,DC=com", "alice", []],
    ];
    for (const [name, user, groups] of named)
        it(`${name} is ${user} of ${groups.join(", ") || "no group"}`, () =>
            assert.deepEqual(identityOf(name), { user, groups, refused: false }));

    const refused: [what: string, name: string][] = [
        ["a comma in the name, which could pass for a group", "CN=mallory\\,O=system:masters"],
        ["an escaped plus sign", "CN=mallory\\+O=system:masters"],
        ["parts of several values", "CN=mallory+O=system:masters"],
        ["a quote", 'CN=mal\\"lory'],
        ["a bare quote", 'CN="mallory"'],
        ["letters written as codes", "CN=J\\C3\\BCrgen"],
        ["letters beyond ASCII", "CN=J\u00fcrgen"],
        ["five groups", "CN=alice,O=a,O=b,O=c,O=d,O=e"],
        ["a group with a character it cannot pass on, which would be lost silently", "CN=alice,O=developers,O=R&D"],
        ["an empty group", "CN=alice,O="],
        ["no common name", "O=system:masters"],
        ["an empty common name", "CN=,O=system:masters"],
        ["no name at all", ""],
        ["a line break", "CN=alice\nX-Remote-Group: system:masters"],
    ];
    for (const [what, name] of refused)
        it(`is not let in with ${what}`, () =>
            assert.deepEqual({ ...identityOf(name), groups: [] }, { user: "", groups: [], refused: true }));

    it("is none, and a token may still be used, without a certificate or with an invalid one", () => {
        for (const verify of ["NONE", "FAILED:self-signed certificate", ""]) {
            assert.deepEqual(identityOf(verify === "NONE" ? "" : "CN=admin,O=system:masters", verify), {
                user: "",
                groups: [],
                refused: false,
            });
        }
    });

    it("is never given a group that is no organisation of the certificate, whatever the names are", () => {
        const escaped = (value: string): string =>
            value.replace(/[,+"\\<>;#=]/g, (character) => `\\${character}`).replace(/^ | $/g, "\\ ");
        const part = fc.tuple(
            fc.constantFrom("CN", "O", "OU", "L"),
            fc.string({ unit: fc.constantFrom(...'ab,+=\\" OCN:$;#'), maxLength: 12 }),
        );
        fc.assert(
            fc.property(fc.array(part, { minLength: 1, maxLength: 7 }), (parts) => {
                const {
                    user,
                    groups,
                    refused: no,
                } = identityOf(parts.map(([kind, value]) => `${kind}=${escaped(value)}`).join(","));
                if (no) return;
                assert.ok(
                    parts.some(([kind, value]) => kind === "CN" && value === user),
                    "the user is a common name of the certificate",
                );
                assert.deepEqual(
                    groups,
                    parts.filter(([kind]) => kind === "O").map(([, value]) => value),
                );
            }),
            { numRuns: 3000 },
        );
    });

    it("drops what a client says of itself, whether or not users have certificates", () => {
        for (const fromCertificate of [true, false]) {
            for (const header of ["X-Remote-User", "X-Remote-Group", "X-Remote-Uid"])
                assert.ok(
                    identityHeaders(fromCertificate).some((line) => line.startsWith(`proxy_set_header ${header} `)),
                    header,
                );
        }
    });
});
