/** A team's repository, made from the template of several environments as docs/environments.md prints it. */
import assert from "node:assert/strict";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { type Block, blocksOf } from "../docs/blocks";
import { newReader, type Reader } from "../docs/ownPrograms";
import { makePolicyHost, startedHere } from "./policyHost";

export class Team {
    readonly blocks = blocksOf(join("docs", "environments.md")).filter(({ kind }) => kind === "team");
    /** Blocks of the page that were asked for. */
    readonly tried = new Set<Block>();

    private constructor(
        readonly reader: Reader,
        readonly repository: string,
    ) {}

    /** A reader beside a clone that has what it needs: that it installs it by itself is tested in installed.test.ts. */
    static async create(environment: Record<string, string> = {}): Promise<Team> {
        const reader = await newReader(environment);
        await symlink(join(projectFolder, "node_modules"), join(reader.clone, "node_modules"));
        await writeFile(
            join(reader.folder, "home", ".gitconfig"),
            "[user]\n\tname = A reader\n\temail = reader@example.com\n[init]\n\tdefaultBranch = main\n",
        );
        await makePolicyHost(reader.bin);
        return new Team(reader, join(reader.folder, "kube-api"));
    }

    /** The page's one block with that text in it; nobody is asked, and the state is in a folder. */
    printed(having: string): string {
        const [block, ...others] = this.blocks.filter(({ text }) => text.includes(having));
        assert.ok(block !== undefined && others.length === 0, `one block has: ${having}`);
        this.tried.add(block);
        return block.text
            .replace(/s3:\/\/\S+/, `file://${join(this.reader.folder, "state")}`)
            .replace(/(pulumi new .*)/, "$1 --yes");
    }

    /** With the packed component in it. */
    async makeRepository(): Promise<void> {
        await this.reader.run(this.printed("pulumi new"), this.reader.folder);
        await this.reader.run(this.printed("npm pack"), this.repository);
        await startedHere(join(this.repository, "policy"));
    }

    /** The commands for dev, said of another environment; of them those that `wanted` lets pass. */
    stackCommands(environment: string, wanted: (line: string) => boolean = () => true): string {
        return this.printed("pulumi stack init")
            .replace(/\bdev\b/g, environment)
            .split("\n")
            .filter(wanted)
            .join("\n");
    }

    run(text: string, input?: string): Promise<string> {
        return this.reader.run(text, this.repository, input);
    }
}
