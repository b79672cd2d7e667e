import assert from "node:assert/strict";
import { FAULTS } from "../../../shared/faults/catalogue";
import { reportOf } from "../../../cli/drill/report/report";
import { svgOf } from "../../../cli/drill/report/svg";
import { tableText } from "../../../cli/drill/report/table";
import { marks, windowsOf } from "../../../cli/drill/report/window";
import { deployment } from "../../components/inspection/samples";
import { faultRun, record, seenOf, session } from "./samples";

const client = { where: "this machine", watches: "2 watches", trust: "" };
const plan = FAULTS.map((fault) => ({ fault }));
const site = deployment();

/**
 * Every element that begins also ends, in order; throws where it does not. A small XML reader: text has no bare special
 * characters.
 */
function elements(svg: string): string[] {
    const open: string[] = [];
    const seen: string[] = [];
    const rest = svg.replace(
        /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z0-9-]+="[^"<>]*")*)\s*(\/?)>/g,
        (_whole, closing: string, name: string, _attributes, alone: string) => {
            if (closing === "/") assert.equal(open.pop(), name);
            else {
                seen.push(name);
                if (alone === "") open.push(name);
            }
            return "";
        },
    );
    assert.deepEqual(open, []);
    assert.doesNotMatch(rest, /[<>]|&(?!(amp|lt|gt|quot|apos);)/, "what is left is text");
    return seen;
}

describe("the report of a drill", () => {
    it("has median, minimum and maximum of several runs, and every figure of each", () => {
        const runs = [100, 300, 200].map((to, index) => faultRun({ run: index + 1, seen: seenOf([{ from: 0, to }]) }));
        const report = reportOf(site, { holdMs: 6000 }, plan, runs, client);
        const [fault] = report.faults;
        assert.equal(report.faults.length, 1);
        assert.deepEqual(fault!.spread.outageGap, { runs: 3, median: 205, min: 105, max: 305 });
        assert.deepEqual(
            fault!.runs.map(({ bad }) => bad.length),
            [20, 60, 40],
        );
        assert.deepEqual(fault!.runs[0]!.holds, [
            { host: "vrrp1", from: 200, to: 8000 },
            { host: "vrrp2", from: -2000, to: 3 },
        ]);
        assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
        assert.match(
            tableText(report),
            /Host powered off +vrrp2 +after 200 ms +205 ms \(105 ms - 305 ms\) +40 \(20 - 60\)/,
        );
    });

    it("names what is unhealthy, and what was left out", () => {
        const report = reportOf(
            site,
            { holdMs: 6000 },
            [...plan, { fault: FAULTS[0]!, obstacle: "it cannot be" }],
            [faultRun({ problems: ["no host holds it"] })],
            client,
        );
        assert.equal(report.healthy, false);
        assert.match(tableText(report), /UNHEALTHY after Host powered off, run 1: no host holds it/);
        assert.match(tableText(report), /switchover was left out: it cannot be\./);
    });

    it("does not take a watch without events for one that was not held", () => {
        const watchText = (watches: ReturnType<typeof seenOf>["watches"]): string =>
            tableText(reportOf(site, { holdMs: 6000 }, plan, [faultRun({ seen: { ...seenOf([]), watches } })], client));
        assert.match(watchText([]), /none held/);
        assert.match(watchText([{ events: [], breaks: [] }]), /0, few events/);
        assert.match(watchText(seenOf([]).watches), /0, 100 ms/);
    });

    it("warns when the client itself was held up", () => {
        const seen = { ...seenOf([]), stalls: [{ at: faultRun().injectedAt + 10, took: 240 }] };
        assert.match(
            tableText(reportOf(site, { holdMs: 6000 }, plan, [faultRun({ seen })], client)),
            /held up for 240 ms by its busy machine/,
        );
        assert.doesNotMatch(tableText(reportOf(site, { holdMs: 6000 }, plan, [faultRun()], client)), /held up/);
    });
});

describe("the picture of a drill", () => {
    it("is well-formed, has a panel with the title of every fault, and every host", () => {
        const runs = FAULTS.map((fault) => faultRun({ fault }));
        const svg = svgOf(site.vip, runs);
        assert.ok(elements(svg).length > 100, "it is a picture");
        for (const { title } of FAULTS)
            assert.ok(svg.includes(`${title.replaceAll("'", "&apos;")}: vrrp2</text>`), title);
        assert.equal(svg.match(/>vrrp1<\/text>/g)?.length, FAULTS.length);
        assert.match(svg, /205 ms without an answer/);
        assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    });

    it("escapes what it did not write itself", () => {
        const svg = svgOf("<vip>", [
            faultRun({
                target: 'a & "b" <c>',
                records: [record("<h&1>", session(-1, 9, true, [[3, "state", "<'FAULT'>"]]))],
            }),
        ]);
        elements(svg);
        assert.ok(svg.includes("a &amp; &quot;b&quot; &lt;c&gt;") && svg.includes("&lt;h&amp;1&gt;"), "they are there");
    });

    it("shows the run with the median gap of several", () => {
        const runs = [100, 300, 200].map((to, index) => faultRun({ run: index + 1, seen: seenOf([{ from: 0, to }]) }));
        assert.match(svgOf(site.vip, runs), /Host powered off: vrrp2, run 3 of 3, the median one/);
    });

    it("zooms to what happened: around the fault, and around the return", () => {
        const [fault, back, ...more] = windowsOf(faultRun());
        assert.equal(more.length, 0);
        assert.ok(fault!.from < 0 && fault!.to > 200 && fault!.to < 400, JSON.stringify(fault));
        assert.ok(back!.from < 6000 && back!.from > 5000 && back!.to > 6600 && back!.to < 8000, JSON.stringify(back));
    });

    it("shows requests that failed late, and not what else happened late", () => {
        const late = seenOf([
            { from: 0, to: 200 },
            { from: 3000, to: 3100 },
        ]);
        assert.ok(windowsOf(faultRun({ seen: late }))[0]!.to > 3100, "failures are there");
        const slow = seenOf([
            { from: 0, to: 200 },
            { from: 3000, to: 3100, late: true },
        ]);
        assert.ok(windowsOf(faultRun({ seen: slow }))[0]!.to < 400, "a hiccup is not");
    });

    it("has one stretch of time where the return follows at once", () => {
        assert.equal(windowsOf(faultRun({ returnedAt: faultRun().injectedAt + 150 })).length, 1);
    });

    it("has round marks on its axis", () => {
        assert.deepEqual(marks({ from: -40, to: 260 }, 6), [0, 50, 100, 150, 200, 250]);
        assert.deepEqual(marks({ from: 5980, to: 6710 }, 5), [6000, 6200, 6400, 6600]);
    });
});
