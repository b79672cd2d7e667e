/**
 * What a broken host, or a hostile one, answers: it is read or refused in words, nothing that a terminal acts on is
 * shown, and nothing of this program's own is changed by it.
 */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { parseRecordLine } from "../../cli/drill/hosts/recordLines";
import { statusOf } from "../../cli/status";
import { statusText } from "../../cli/statusText";
import { type Inspection, parseReport } from "../../components/inspection/report";
import { rewriteKubeconfig } from "../../components/render/kubeconfig";
import { LINES } from "../components/inspection/reportLines";
import { deployment, TIME } from "../components/inspection/samples";
import { cases } from "../breadth";
import { assertShowable, HOSTILE_WORDS } from "./hostile";
import { record } from "./table";

const SEED = 20261128;

const hostile = fc.oneof(fc.constantFrom(...HOSTILE_WORDS), fc.string({ unit: "binary", maxLength: 40 }));
const journal = fc
    .record(
        {
            __REALTIME_TIMESTAMP: fc.oneof(fc.constant("1795236679360143"), hostile, fc.anything()),
            MESSAGE: fc.oneof(hostile, fc.array(fc.integer()), fc.anything()),
            UNIT: fc.oneof(hostile, fc.anything()),
            _SYSTEMD_UNIT: fc.oneof(hostile, fc.anything()),
        },
        { requiredKeys: [] },
    )
    .map((entry) => {
        try {
            return `journal ${JSON.stringify(entry)}`;
        } catch {
            return "journal {";
        }
    });

/** One word of a report is a name that every object has. */
const namesOfObjects = LINES.flatMap((line, at) =>
    line.split(" ").flatMap((_, word) =>
        ["__proto__", "constructor", "toString"].map((name) => {
            const words = line.split(" ").map((each, index) => (index === word ? name : each));
            return `${LINES.with(at, words.join(" ")).join("\n")}\n`;
        }),
    ),
);

/** A report with some of its lines gone, twice, in another place, or with other words. */
const report = fc
    .array(
        fc.record({
            at: fc.nat(LINES.length - 1),
            what: fc.constantFrom("word", "word", "word", "gone", "twice", "moved", "journal", "line"),
            word: fc.nat(5),
            hostile,
            journal,
        }),
        { minLength: 1, maxLength: 6 },
    )
    .map((changes) => {
        const lines = [...LINES];
        for (const { at, what, word, hostile: other, journal: entry } of changes) {
            const words = (lines[at] ?? "").split(" ");
            words[Math.min(word, words.length)] = other;
            if (what === "word") lines[at] = words.join(" ");
            else if (what === "gone") lines.splice(at, 1);
            else if (what === "twice") lines.splice(at, 0, lines[at] ?? "");
            else if (what === "moved") lines.splice(at + word, 0, ...lines.splice(at, 1));
            else lines.splice(at, 0, what === "journal" ? entry : other);
        }
        return `${lines.join("\n")}\n`;
    });

describe("a hostile or broken answer", function () {
    this.timeout(1_800_000);

    /** So many of one kind; `one` tells whether it was read. */
    function all<T>(trouble: string, kind: fc.Arbitrary<T>, one: (value: T) => boolean, examples: T[] = []): void {
        let read = 0;
        const count = cases(5000) + examples.length;
        const own = Object.getOwnPropertyNames(Object.prototype).join();
        fc.assert(
            fc.property(kind, (value) => {
                if (one(value)) read++;
                assert.equal(Object.getOwnPropertyNames(Object.prototype).join(), own, "every object has another name");
            }),
            { seed: SEED, numRuns: count, examples: examples.map((example) => [example]) },
        );
        void record({ trouble, cases: count, survived: count, as: `${read} read, the rest refused or left out` });
    }

    it("of the program inspect makes a status, or a reason why there is none", () => {
        const given = deployment();
        const [first, second] = given.hosts.map(({ name }) => name) as [string, string];
        all(
            "reports of a host",
            report,
            (text) => {
                let inspection: Inspection;
                try {
                    inspection = parseReport(text);
                } catch (error) {
                    assert.ok(error instanceof Error && error.constructor === Error, String((error as Error).stack));
                    assertShowable(error.message);
                    return false;
                }
                const healthy = { host: second, inspection: parseReport(`${LINES.join("\n")}\n`), took: 1 };
                const results = [{ host: first, inspection, took: 1 }, healthy];
                assertShowable(statusText(statusOf(given, results, new Date(TIME * 1000))));
                return true;
            },
            namesOfObjects,
        );
    });

    it("of the drill's record is an event, or nothing", () => {
        const keyword = fc.oneof(fc.constantFrom("time", "look", "address", "journal"), hostile);
        const line = fc.oneof(
            fc.tuple(keyword, fc.array(hostile, { maxLength: 4 })).map(([first, rest]) => [first, ...rest].join(" ")),
            journal,
        );
        all("lines of a drill's record", line, (text) => {
            const parsed = parseRecordLine(text);
            if (parsed?.kind === "event") assertShowable(parsed.event.text);
            if (parsed?.kind === "look") assertShowable(parsed.state);
            return parsed !== undefined;
        });
    });

    it("that is a kubeconfig is rewritten, or refused without being shown", () => {
        const SECRET = "RECOGNISABLE";
        const server = fc.oneof(fc.constantFrom("https://10.30.100.51:6443", "https://127.0.0.1:6443"), hostile);
        const kubeconfig = fc.oneof(
            fc.string({ unit: "binary", maxLength: 200 }).map((text) => text + SECRET),
            fc.record({ server, more: fc.anything(), key: hostile }).map(({ server: at, more, key }) => {
                const cluster = { server: at, [key]: more };
                const whole = { clusters: [{ name: "c", cluster }], users: [{ user: { token: SECRET } }] };
                try {
                    return JSON.stringify(whole);
                } catch {
                    return SECRET;
                }
            }),
            fc.constantFrom(
                `a: &a [${SECRET}]\nclusters: [*a, *a]\n`,
                `a: &a [x]\nb: &b [*a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b]\nclusters: [*c, *c]\n# ${SECRET}`,
                "clusters: &c [*c]",
                "clusters: [{cluster: 5}, null, [], {cluster: {server: {}}}]",
                "--- {}\n--- {}\n",
            ),
        );
        const behind = { vips: [{ address: "10.30.100.100" }], servers: ["10.30.100.51"] };
        all("kubeconfig files", kubeconfig, (text) => {
            try {
                rewriteKubeconfig(text, behind, "https://10.30.100.100:6443");
                return true;
            } catch (error) {
                assert.ok(pulumi.RunError.isInstance(error), String((error as Error).stack));
                assert.ok(!error.message.includes(SECRET), "the file is shown");
                assertShowable(error.message);
                return false;
            }
        });
    });
});
