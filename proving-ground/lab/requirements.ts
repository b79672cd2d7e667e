/** What this machine must have for the lab, in plain sentences. */
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { part } from "../../tools/progress";
import { run, succeeds } from "../../tools/run";

/**
 * The program that shows that a Debian package is there: so that other systems count too, if they have the programs.
 */
const PACKAGES: Record<string, string> = {
    mmdebstrap: "mmdebstrap",
    "systemd-container": "systemd-nspawn",
    nftables: "nft",
    iproute2: "ip",
    "dnsmasq-base": "dnsmasq",
    openssl: "openssl",
    "openssh-client": "ssh-keygen",
    curl: "curl",
};

/** Why the lab cannot run here; empty when it can. */
export async function missingRequirements(): Promise<string[]> {
    if (process.platform !== "linux") return ["The lab needs Linux; in a Linux virtual machine it runs on any system."];
    const missing: string[] = [];
    const packages = await missingPackages();
    if (packages.length > 0) {
        const list = packages.join(" ");
        missing.push(
            "The lab needs Debian packages that are not installed; as root: apt-get install " +
                `--no-install-recommends ${list}`,
        );
    }
    if (process.getuid?.() !== 0) {
        missing.push("The lab needs root, because it boots machines and makes a network: run the command with sudo.");
    } else if (!(await succeeds("unshare", ["--mount", "--net", "--pid", "--fork", "true"]))) {
        missing.push(
            "Root may not make namespaces here (a container without privileges?): use a virtual machine instead.",
        );
    }
    return missing;
}

/** Installs those of the lab's Debian packages that are missing, or of other `wanted` ones; needs root and apt-get. */
export async function installDebianPackages(wanted = PACKAGES): Promise<void> {
    const packages = await missingPackages(wanted);
    if (packages.length === 0) return;
    await part(`install Debian packages: ${packages.join(" ")}`, async () => {
        const env = { DEBIAN_FRONTEND: "noninteractive" };
        await run("apt-get", ["update", "-qq"], { env });
        await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env });
    });
}

async function missingPackages(wanted = PACKAGES): Promise<string[]> {
    const checked = await Promise.all(
        Object.entries(wanted).map(async ([debianPackage, program]) =>
            (await onPath(program)) ? [] : [debianPackage],
        ),
    );
    return checked.flat();
}

async function onPath(program: string): Promise<boolean> {
    for (const directory of (process.env.PATH ?? "").split(":")) {
        const found = access(join(directory, program), constants.X_OK).then(
            () => true,
            () => false,
        );
        if (await found) return true;
    }
    return false;
}
