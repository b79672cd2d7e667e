/** A recorded stack in a folder, for the real engine to preview. */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Preview, readPreview } from "../../cli/preview/previewJson";
import { ensureToolchain } from "../../proving-ground/toolchain";
import { projectFolder } from "../../tools/cache";
import { type Exported, type Texts, unpacked } from "./recording";
import { ENDPOINT, environmentIn, RECORDED, STACK, stackFolder } from "./stacks";

/** A file of what a version left. */
export const recorded = <T>(version: string, name: string): T =>
    JSON.parse(readFileSync(join(RECORDED, version, name), "utf8")) as T;

export class RecordedStack {
    private constructor(
        private readonly home: string,
        private readonly name: string,
        /** Where its program is. */
        readonly folder: string,
    ) {}

    /** The stack `name` as `version` left it, with this checkout's program in `home`/`folder`; `home` has its state. */
    static async create(home: string, folder: string, version: string, name: string): Promise<RecordedStack> {
        const stack = new RecordedStack(home, name, join(home, folder));
        await stackFolder(stack.folder, name, projectFolder, ENDPOINT, { verify: false });
        const state = unpacked(recorded<Exported>(version, `${name}.json`), recorded<Texts>(version, "texts.json"));
        await writeFile(join(stack.folder, "state.json"), JSON.stringify(state));
        await stack.pulumi("stack", "init", STACK);
        await stack.pulumi("stack", "import", "--stack", STACK, "--file", "state.json");
        return stack;
    }

    async pulumi(...args: string[]): Promise<string> {
        const { execa } = await import("execa");
        const { stdout } = await execa("pulumi", [...args, "--non-interactive", "--color", "never"], {
            cwd: this.folder,
            env: { ...(await ensureToolchain()).environment, ...environmentIn(this.home) },
            stdin: "ignore",
        });
        return stdout;
    }

    /** What an `up` would do; then the stack is forgotten. */
    async previewed(): Promise<Preview> {
        const output = await this.pulumi("preview", "--stack", STACK, "--json");
        await this.pulumi("stack", "rm", STACK, "--yes", "--force", "--preserve-config");
        return readPreview(output, this.name);
    }
}
