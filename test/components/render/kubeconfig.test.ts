import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { type Behind, behind, rewriteKubeconfig } from "../../../components/render/kubeconfig";
import { apiAndIngress, CERTIFICATE, existingMachines, layer7, modelOf } from "../support";

const URL_OF_VIP = "https://10.30.100.100:6443";
const SECRET = "U0VDUkVULUtFWQ==";

const kubeconfig = (...servers: string[]): string =>
    [
        "# Of the cluster's owner.",
        "apiVersion: v1",
        "kind: Config",
        "clusters:",
        ...servers.flatMap((server, index) => [
            "- cluster:",
            "    certificate-authority-data: QUJD",
            `    server: ${server} # number ${index}`,
            `  name: cluster${index}`,
        ]),
        "users:",
        "- name: admin",
        `  user: {client-key-data: ${SECRET}}`,
        "current-context: admin@cluster0",
        "",
    ].join("\n");

const rewritten = (text: string, load: Behind = behind(modelOf())): string => rewriteKubeconfig(text, load, URL_OF_VIP);
const servers = (text: string): string[] =>
    (parse(text) as { clusters: { cluster: { server: string } }[] }).clusters.map(({ cluster }) => cluster.server);

function refusalOf(text: string): string {
    try {
        rewritten(text);
    } catch (error) {
        assert.ok(pulumi.RunError.isInstance(error), "an error for people");
        assert.ok(!error.message.includes(SECRET.slice(0, 8)), "no secret is shown");
        return error.message;
    }
    return assert.fail("this was accepted");
}

describe("a kubeconfig for the VIP", () => {
    it("differs from the given one in the server alone: comments, order and layout stay", () => {
        const text = kubeconfig("https://10.30.100.52:6443");
        assert.equal(rewritten(text), text.replace("https://10.30.100.52:6443", URL_OF_VIP));
    });

    it("is not of another service's VIP", () => {
        const text = kubeconfig("https://10.30.100.110:6443", "https://10.30.100.52:6443");
        assert.deepEqual(servers(rewritten(text, behind(modelOf(apiAndIngress())))), [
            "https://10.30.100.110:6443",
            URL_OF_VIP,
        ]);
    });

    it("keeps long lines whole, as certificates are", () => {
        const text = kubeconfig("https://10.30.100.52:6443").replace("QUJD", "QUJD".repeat(500));
        assert.ok(rewritten(text).includes("QUJD".repeat(500)), "one line");
    });

    it("is made of JSON too", () => {
        assert.deepEqual(
            servers(
                rewritten(
                    JSON.stringify({ clusters: [{ name: "a", cluster: { server: "https://10.30.100.51:6443" } }] }),
                ),
            ),
            [URL_OF_VIP],
        );
    });

    for (const server of [
        "https://127.0.0.1:6443",
        "https://localhost:6443",
        "https://[::1]:6443",
        "https://0.0.0.0:6443",
    ]) {
        it(`takes ${server} for an API server's own, as k3s and others write it`, () =>
            assert.deepEqual(servers(rewritten(kubeconfig(server))), [URL_OF_VIP]));
    }

    it("is its own result: made once more it does not change", () => {
        const once = rewritten(kubeconfig("https://10.30.100.51:6443"));
        assert.equal(rewritten(once), once);
    });

    it("takes the VIP's name for the VIP", () => {
        const load = { vips: [{ address: "10.30.100.100", name: "k3s1api.lab.internal" }], servers: ["10.30.100.51"] };
        assert.deepEqual(
            servers(
                rewriteKubeconfig(
                    kubeconfig("https://k3s1api.lab.internal:6443"),
                    load,
                    "https://k3s1api.lab.internal:8443",
                ),
            ),
            ["https://k3s1api.lab.internal:8443"],
        );
    });

    it("leaves other clusters alone, also one on this machine", () => {
        const others = ["https://203.0.113.7:6443", "https://127.0.0.1:40123"];
        assert.deepEqual(
            servers(rewritten(kubeconfig("https://10.30.100.51:6443", ...others, "https://10.30.100.53:6443"))),
            [URL_OF_VIP, ...others, URL_OF_VIP],
        );
    });

    it("trusts the authority of the load balancer's certificate where one is made at layer 7", () => {
        const issuer = { certificate: CERTIFICATE };
        const model = modelOf(layer7({ tls: { issuer } }));
        const text = kubeconfig("https://10.30.100.51:6443").replace(
            "certificate-authority-data: QUJD",
            "insecure-skip-tls-verify: true",
        );
        const { cluster } = (parse(rewritten(text, behind(model))) as { clusters: { cluster: object }[] }).clusters[0]!;
        assert.deepEqual(cluster, {
            server: URL_OF_VIP,
            "certificate-authority-data": Buffer.from(CERTIFICATE).toString("base64"),
        });
        assert.equal(
            behind(modelOf(existingMachines({ tls: { issuer } }))).authority,
            undefined,
            "at layer 4 the API servers' own certificates are seen",
        );
    });

    const refused: [what: string, text: string, why: RegExp][] = [
        ["no YAML", "clusters: [\n  - {", /is not YAML \(line \d+\)/],
        ["a text", `just ${SECRET}`, /has no list of clusters/],
        ["nothing", "", /has no list of clusters/],
        ["a list", `- ${SECRET}`, /has no list of clusters/],
        ["no clusters", `clusters:\nusers: [{name: a, user: {token: ${SECRET}}}]`, /has no list of clusters/],
        ["an empty list of clusters", "clusters: []", /its servers: none/],
        [
            "other clusters only",
            kubeconfig("https://203.0.113.7:6443", "nonsense"),
            /one of the API servers \(10\.30\.100\.51, .*\), this machine or the VIP; its servers: 203\.0\.113\.7, nothing/,
        ],
        [
            "a password in a server's URL",
            kubeconfig(`https://me:${SECRET}@203.0.113.7`),
            /its servers: 203\.0\.113\.7\./,
        ],
        [
            "two clusters on one machine",
            kubeconfig("https://127.0.0.1:6443", "https://127.0.0.1:6444"),
            /has 2 clusters on the machine it was made on.*cannot be told/,
        ],
    ];
    for (const [what, text, why] of refused)
        it(`is refused from ${what}, without a word of the file`, () => assert.match(refusalOf(text), why));
});
