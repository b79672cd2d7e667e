/** `npm run bench [-- NAME ...]`: measurements, all of them or some; docs/benchmarks.md says what came out. */
import { commandLine } from "../../tools/commandLine";
import { main } from "../../tools/main";
import { BENCHMARKS, benchmarkOf } from "./benchmarks";
import { report } from "./failover/report/command";
import { measureInOwnLab, removeOwnLab } from "./ownLab";
import { measureInRunningLab } from "./runningLab";

const downLine = commandLine({
    call: "npm run bench -- down",
    about: "Removes the machines that failover --keep and false-failover --keep left.",
    options: {},
    statuses: { 0: "there are none" },
    examples: ["npm run bench -- down"],
});

async function down(args: string[]): Promise<void> {
    downLine.read(args);
    await removeOwnLab();
}

const commands: Record<string, (args: string[]) => Promise<void>> = { report, down };

main(async () => {
    const [name, ...args] = process.argv.slice(2);
    if (name === undefined) {
        for (const [each, benchmark] of Object.entries(BENCHMARKS))
            if (benchmark.lab === "own") await measureInOwnLab(each, benchmark, []);
        return measureInRunningLab([]);
    }
    if (Object.hasOwn(commands, name)) return commands[name]!(args);
    const [known, benchmark] = benchmarkOf(name) ?? [];
    if (benchmark?.lab === "own") return measureInOwnLab(known!, benchmark, args);
    return measureInRunningLab(process.argv.slice(2));
});
