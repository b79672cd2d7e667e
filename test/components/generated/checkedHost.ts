/**
 * A rendered host, read by the real daemons: files at their places, checked by the commands that the host itself uses.
 */
import { spawnSync } from "node:child_process";
import { ownPrefixLengths } from "../../../components/model/bgp";
import type { HostModel, Model } from "../../../components/model/model";
import { packagesScript } from "../../../components/render/packagesStep";
import { birdCheck } from "../../../components/render/bird";
import { engineOf } from "../../../components/render/engines";
import { hostFiles } from "../../../components/render/host";
import { keepalivedCheck } from "../../../components/render/keepalived";
import {
    SWITCHOVER_RULES,
    INTERFACE_PLACEHOLDER,
    LIBEXEC,
    NETWORK_FILE_PLACEHOLDER,
    OVERRIDES,
    WATCHER_CONF,
} from "../../../components/host/paths";
import { sourceOf } from "../../../components/render/sources";
import { programText } from "../../../components/host/assemble";
import { CHECKED_INTERFACE, type CheckedFile, type Checker } from "../../checkers";

const MARK = "==== output by ";

/** The verdict of one checker. */
export interface Verdict {
    checker: string;
    status: number;
    output: string;
}

/**
 * Has one host of a model checked, with credentials by the names that the credentials step has for them. `units` also
 * asks systemd, which takes its time.
 */
export function checkedHost(
    checker: Checker,
    model: Model,
    host: HostModel,
    credentials: Record<string, string>,
    units: boolean,
): Verdict[] {
    const device = host.interface ?? CHECKED_INTERFACE;
    const filled = (text: string): string =>
        text
            .replaceAll(INTERFACE_PLACEHOLDER, device)
            .replaceAll(NETWORK_FILE_PLACEHOLDER, "10-lan.network")
            .replace(/@credential:([a-z0-9-]+)@/g, (_, name: string) => credentials[name]!);
    const engine = engineOf(model);
    const rendered = [
        ...hostFiles(model, host),
        ...engine.credentialFiles.map(({ path, credential }) => ({
            path,
            mode: "0600",
            content: credentials[credential]!,
        })),
    ].map(({ path, mode, content }) => ({
        path: filled(path),
        mode: Number.parseInt(mode, 8),
        content: filled(content),
    }));
    const files: Record<string, CheckedFile> = {
        ...Object.fromEntries(rendered.map(({ path, mode, content }) => [path, { mode, content }])),
        [`${LIBEXEC}/watch`]: { mode: 0o755, content: programText("watch") },
        // Named by the unit of a container, and a package's.
        "/etc/systemd/system/docker.service": "[Service]\nExecStart=/bin/true\n",
        "/checks": checks(
            model,
            host,
            rendered.map(({ path }) => path),
            device,
            units,
        ),
    };
    const { status, output } = checker.run("bash", ["/checks"], files);
    const [before = "", ...verdicts] = output.split(MARK);
    if (status !== 0 || before !== "") throw new Error(`the host could not be set up (${status}): ${output}`);
    const syntax = spawnSync("bash", ["-n"], { input: packagesScript(model), encoding: "utf8" });
    return [
        ...verdicts.map(verdict),
        { checker: "bash -n of the packages program", status: syntax.status ?? 1, output: syntax.stderr },
    ];
}

function verdict(text: string): Verdict {
    const [, checker = text, status = "1", output = ""] = /^(.*): (\d+)\n([^]*)$/.exec(text) ?? [];
    return { checker, status: Number(status), output: withoutAssumption(output) };
}

/** BIRD 2.17 would rather be told that a password is one for MD5, in words that 2.0 does not know. */
export const withoutAssumption = (output: string): string =>
    output.replace(/^.*Missing authentication option, assuming MD5\n?/gm, "");

/** The program that runs in the host's root. Every checker is asked, whatever the others say. */
function checks(model: Model, host: HostModel, paths: string[], device: string, units: boolean): string {
    const engine = engineOf(model);
    // The container's own check runs the image; the configuration is the same for an nginx without one.
    const command = (model.engine === "nginx" ? `nginx -t -q -c {${engine.configuration}}` : engine.check).replace(
        /\{([^}]*)\}/g,
        "$1",
    );
    const users = [model.vrrp.scriptUser, ...(model.engine === "nginx" ? [sourceOf(model).user] : [])];
    return [
        `[[ -e /sys/class/net/${device} ]] || ip link show dev ${device} > /dev/null 2>&1 || { ip link add ` +
            `name ${device} type veth peer name ha-api-peer; ip link set dev ${device} up; }`,
        `ip address replace ${host.address}/${ownPrefixLengths(model).first} dev ${device}`,
        "mkdir -p /run/ha-api /run/haproxy",
        `check() { local output status; output=$("\${@:2}" 2>&1); status=$?; printf '${MARK}%s: %s\\n%s' "$1" ` +
            `"$status" "$output"; }`,
        ...users.map(
            (user) =>
                `grep -q '^${user}:' /etc/passwd || echo '${user}:x:990:990::/:/bin/sh' >> /etc/passwd; grep ` +
                `-q '^${user}:' /etc/group || echo '${user}:x:990:' >> /etc/group`,
        ),
        `check ${model.engine} ${command}`,
        ...(model.engine === "nginx"
            ? [overrides, `[[ ! -e ${OVERRIDES} ]] || check 'nginx without a server of each listener' ${command}`]
            : []),
        model.announcement === "bgp"
            ? `check bird ${birdCheck.replace(/[{}]/g, "")}`
            : `check keepalived ${keepalivedCheck.replace(/[{}]/g, "")}`,
        ...(paths.includes(SWITCHOVER_RULES) ? [`check nft nft --check --file ${SWITCHOVER_RULES}`] : []),
        ...paths
            .filter((path) => path.startsWith("/etc/tmpfiles.d/"))
            .map((path) => `check tmpfiles systemd-tmpfiles --create ${path}`),
        ...paths
            .filter((path) => path.startsWith("/etc/logrotate.d/"))
            .map(
                (path) =>
                    `check logrotate bash -c 'output=$(logrotate --debug ${path} 2>&1) || echo "$output"; grep ` +
                    `error: <<< "$output" || true'`,
            ),
        ...(units
            ? [
                  `check units systemd-analyze verify --man=no ${engine.service}.service ` +
                      `${model.announcement === "bgp" ? "bird.service ha-api-vip" : "keepalived"}.service ` +
                      "ha-api-watcher.service",
              ]
            : []),
        `rm -rf ${OVERRIDES}`,
        `ip address delete ${host.address}/${ownPrefixLengths(model).first} dev ${device}; ip link delete dev ` +
            "ha-api-peer 2> /dev/null || true",
        "",
    ].join("\n");
}

/** What the watcher writes when the first server of each listener is unhealthy, where it has another one. */
const overrides = `
while read -r word name file rest; do
    [[ $word == group ]] || continue
    mkdir -p ${OVERRIDES}; override=${OVERRIDES}/\${file##*/}
    (( $(grep -E '^ *server ' "$file" | grep -vc ' backup') > 1 )) || continue
    awk '!struck && /^ *server / && !/ backup/ {struck = 1; next} {print}' "$file" > "$override.upstream"
    echo "~. $(awk '$1 == "upstream" {print $2; exit}' "$file");" > "$override.map"
done < ${WATCHER_CONF}`;

export const sayings = (verdicts: Verdict[]): string =>
    verdicts.map(({ checker, status, output }) => `${checker}: ${status}\n${output}`).join("\n");
