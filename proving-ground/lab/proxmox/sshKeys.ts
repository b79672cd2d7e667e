/** What Proxmox has `ssh-keygen` say of keys before a guest gets them. */
import { spawnSync } from "node:child_process";
import { refused } from "./errors";

/** `encoded`: as it comes with a call. Throws unless each line is a public key. */
export function assertSshKeys(encoded: string | undefined): void {
    const lines = decodeURIComponent(encoded ?? "").split("\n");
    for (const line of lines.filter((each) => each.trim() !== "")) {
        const { status, error } = spawnSync("ssh-keygen", ["-l", "-f", "-"], { input: line, stdio: "pipe" });
        if (error !== undefined) throw error;
        if (status !== 0) throw refused("SSH public key validation error");
    }
}
