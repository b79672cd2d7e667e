/** Finds the SSH keys: from the secret configuration, else from files. */
import * as pulumi from "@pulumi/pulumi";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { checkedPrivateKey } from "../components/remote/privateKey";
import type { StackConfig } from "./schema";
import { secretText } from "./secrets";

export interface SshKeys {
    privateKey: pulumi.Output<string>;
    /** Empty when there is no public key; only VMs need one. */
    authorizedKeys: string[];
}

export function readSshKeys(config: pulumi.Config, ssh: StackConfig["ssh"]): SshKeys {
    const given = secretText(config, "sshPrivateKey");
    const privateKeyFile = ssh.privateKeyFile ?? "~/.ssh/id_ed25519";
    const publicKeyFile = ssh.publicKeyFile ?? (given === undefined ? `${privateKeyFile}.pub` : undefined);
    return {
        // Checked while it is text, so that a bad one is refused before any resource is registered.
        privateKey: checkedPrivateKey(given ?? read("ssh.privateKeyFile", privateKeyFile, "or set sshPrivateKey with: pulumi config set --secret sshPrivateKey < FILE")),
        authorizedKeys: publicKeyFile === undefined || (ssh.publicKeyFile === undefined && !existsSync(expand(publicKeyFile)))
            ? [] : [read("ssh.publicKeyFile", publicKeyFile, "").trim()],
    };
}

function read(key: string, file: string, otherwise: string): string {
    const path = expand(file);
    try {
        return readFileSync(path, "utf8");
    } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : (error as NodeJS.ErrnoException).code === "EACCES" ? "may not be read by you" : "cannot be read";
        const how = `set it with: pulumi config set --path ${key} FILE`;
        throw new pulumi.RunError(`ha-api:${key}: the file ${path} ${reason}; ${otherwise === "" ? how : `${how}, ${otherwise}`}`);
    }
}

/** `~` is the home folder; a relative path starts at the project. */
function expand(file: string): string {
    if (file.startsWith("~/")) return join(homedir(), file.slice(2));
    return isAbsolute(file) ? file : resolve(file);
}
