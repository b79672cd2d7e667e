/** Certificates of users, with whatever name a test wants them to have. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keys } from "../../../proving-ground/lab/pki";
import { run } from "../../../tools/run";
import { instance } from "./support";

export class Users {
    private constructor(private readonly folder: string) {}

    static async create(): Promise<Users> {
        return new Users(await mkdtemp(join(tmpdir(), "ha-api-users-")));
    }

    /**
     * A certificate of the cluster's authority; `subject` as openssl takes it: /O=developers/CN=alice. Gives back how
     * curl shows it.
     */
    async certificate(subject: string, authority = keys(instance).authority): Promise<string[]> {
        const file = join(this.folder, `${Buffer.from(subject).toString("hex").slice(0, 80)}`);
        await writeFile(`${file}.key`, "", { mode: 0o600 });
        await run("openssl", [
            "req",
            "-x509",
            "-days",
            "1",
            "-utf8",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-noenc",
            "-keyout",
            `${file}.key`,
            "-subj",
            subject,
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-addext",
            "extendedKeyUsage=clientAuth",
            "-CA",
            `${authority}.crt`,
            "-CAkey",
            `${authority}.key`,
            "-out",
            `${file}.crt`,
        ]);
        return ["--cert", `${file}.crt`, "--key", `${file}.key`];
    }

    async remove(): Promise<void> {
        await rm(this.folder, { recursive: true });
    }
}
