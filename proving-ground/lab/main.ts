/** `npm run lab`, `lab:cluster`, `lab:status`, `lab:ssh`, `lab:env`, `lab:down`. */
import { main, runCommand } from "../../tools/main";
import { cluster } from "./commands/cluster";
import { down } from "./commands/down";
import { printEnvironment } from "./commands/env";
import { ssh } from "./commands/ssh";
import { status } from "./commands/status";
import { up } from "./commands/up";
import { type LabInstance, labInstance } from "./instance";

const of = (about: string, command: (instance: LabInstance, words: string[]) => Promise<void>) => ({
    about,
    run: (words: string[]) => command(labInstance("dev"), words),
});

main(() =>
    runCommand(
        "The lab",
        {
            up: of("from nothing to an API address that answers", up),
            cluster: of("real API servers in the place of the stand-ins", cluster),
            status: of("machines, VIP, API servers", status),
            ssh: of("log in to a host", ssh),
            env: of("what a shell evaluates to work on the lab with pulumi", printEnvironment),
            down: of("removes it all", down),
        },
        process.argv.slice(2),
    ),
);
