/**
 * A host whose nginx runs in a container, set up step by step as the component's steps do it: packages and image, then the real converge
 * program with the real rendered files, in the end the real restore program.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { resolveModel } from "../../../components/model/resolve";
import { STATUS_PORT } from "../../../components/model/ports";
import { containerImageFunctions, missingContainerPackages, prepareContainerRuntime, pullImage, removeContainersFunctions } from "../../../components/remote/containerScripts";
import { RUNTIMES, type RuntimeName } from "../../../components/render/containerRuntime";
import { CONTAINER, CONTAINER_NGINX_CONF, containerCheck, containerLogRotation, containerUnit } from "../../../components/render/nginxContainer";
import { nginx } from "../../../components/render/nginx";
import { LIBEXEC, PROXY_DOWN, STATE } from "../../../components/render/paths";
import { runtimeFolder } from "../../../components/render/systemd";
import { keys } from "../../../lab/pki";
import { sshArguments } from "../../../lab/ssh";
import { address, type ExistingMachine, instance, vip } from "./support";

const PROGRAMS = join(__dirname, "../../../components/remote/scripts");

/** What the steps' own scripts have around the functions for containers. */
const AROUND = `set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive STATE=${STATE}
say() { echo "$(hostname): $*" >&2; }
refuse() { say "$*"; exit 1; }
`;

export interface Said {
    status: number;
    said: string;
}

export class ContainerHost {
    constructor(readonly machine: ExistingMachine, readonly runtime: RuntimeName) {}

    /** As an administrator makes a host trust a private registry. */
    async trust(registry: string): Promise<void> {
        const folder = this.runtime === "podman" ? `/etc/containers/certs.d/${registry}` : `/etc/docker/certs.d/${registry}`;
        await this.must(`mkdir -p ${folder}; cat > ${folder}/ca.crt <<'END'\n${await readFile(keys(instance).caCertificate, "utf8")}END\n`);
    }

    /** The packages step. */
    async install(image: string): Promise<Said> {
        const programs = await Promise.all(["converge", "restore", "proxy-answers"].map(async (name) =>
            `cat > ${LIBEXEC}/${name} <<'END-OF-PROGRAM'\n${await readFile(join(PROGRAMS, `${name}.sh`), "utf8")}END-OF-PROGRAM\nchmod 0755 ${LIBEXEC}/${name}\n`));
        return this.script([
            AROUND, containerImageFunctions(),
            `mkdir -p ${STATE} ${LIBEXEC}; chmod 0700 ${STATE}\n`, ...programs,
            "installed() { dpkg-query --show --showformat '${Package}\\n' | sort; }\n",
            `missing=$(${missingContainerPackages(this).trimEnd().split("\n").map((line) => `{ ${line}; }`).join("; ")})\n`,
            prepareContainerRuntime(this),
            `if [[ -n $missing ]]; then installed > ${STATE}/packages.before; apt-get -q -y update > /dev/null; apt-get -q -y --no-install-recommends install $missing logrotate > /dev/null 2>&1; fi\n`,
            pullImage({ runtime: this.runtime, image }),
        ].join(""));
    }

    /** The configuration step. */
    async configure(image: string, over: { apiServers?: string[]; extraConfiguration?: string } = {}): Promise<Said> {
        const container = { runtime: this.runtime, image };
        // The official image has nginx.org's user.
        const model = resolveModel({
            vip: `${vip}/24`, apiServers: over.apiServers ?? [51, 52].map(address), allowSingleHost: true, ssh: {},
            hosts: [{ name: this.machine.name, address: this.machine.address }],
            nginx: { source: "nginx.org", extraConfiguration: over.extraConfiguration ?? "" },
        });
        const files = [
            { ...nginx.configuration(model), path: CONTAINER_NGINX_CONF }, containerUnit(container), containerLogRotation(container), runtimeFolder(),
        ];
        const manifest = [
            `==== host ${this.machine.address}\n`,
            ...files.map(({ path, mode, content }) => `==== file ${path} ${mode}\n${content}`),
            `==== service ${CONTAINER}\ncheck ${containerCheck(container)}\nreload-after ${CONTAINER_NGINX_CONF}\n`,
            `ready-answer 127.0.0.1 ${STATUS_PORT} ${nginx.statusAnswer(model)}\nready-connect ${this.machine.address} ${model.port}\nrunning-flag ${PROXY_DOWN}\n==== end\n`,
        ].join("");
        return this.script(manifest, `${LIBEXEC}/converge`);
    }

    /** What `destroy` does: the restore program, then the uninstall program. */
    async remove(): Promise<Said> {
        const engine = RUNTIMES[this.runtime].packages[0]!.name;
        return this.script([
            AROUND, removeContainersFunctions(), `${LIBEXEC}/restore\nremove_images\n`,
            "mapfile -t ours < <(comm -13 $STATE/packages.before <(dpkg-query --show --showformat '${Package}\\n' | sort))\n",
            `apt-get -q -y purge "\${ours[@]}" > /dev/null 2>&1\n`,
            `grep -qxF ${engine} $STATE/packages.before || remove_container_storage ${this.runtime}\n`,
            `rm -rf $STATE ${LIBEXEC}; rmdir --ignore-fail-on-non-empty /usr/local/libexec\n`,
        ].join(""));
    }

    /** Runs a program as root with this on its standard input. */
    async script(input: string, program = "bash -s"): Promise<Said> {
        const running = promisify(execFile)("ssh", [...sshArguments(instance, this.machine.address), `sudo ${program}`], { timeout: 180_000 });
        running.child.stdin?.end(input);
        return running.then(({ stdout, stderr }) => ({ status: 0, said: stdout + stderr }), (error: Said & { code: number; stdout: string; stderr: string }) =>
            ({ status: error.code, said: error.stdout + error.stderr }));
    }

    /** The same with bash, and fails when it does. */
    async must(commands: string): Promise<string> {
        const { status, said } = await this.script(commands);
        if (status !== 0) throw new Error(`${commands}\nended with ${status}:\n${said}`);
        return said.trim();
    }
}
