/**
 * nginx in a container on the host's network, started and watched by systemd: the same configuration, checks and reload
 * as nginx from a package, and keepalived hears of its death as fast.
 *
 * Everything of it has a place of its own on the host, so that an nginx the owner has there is not touched.
 */
import type { ContainerModel } from "../../model/model";
import { STATUS_PORT } from "../../model/ports";
import { quote } from "../../text/quote";
import { type RuntimeName, RUNTIMES } from "./containerRuntime";
import type { ManagedFile } from "../file";
import { lines, MANAGED } from "../../text/lines";
import { LIBEXEC, PROXY_DOWN, RUN, STATE } from "../../host/paths";
import { leaveFirst } from "../systemd";
import type { Source } from "./source";

export interface NginxContainer {
    runtime: RuntimeName;
    /** As `imageToRun` gives it. It is pulled beforehand; a start never asks a registry. */
    image: string;
}

export function container({ runtime, image, user }: ContainerModel): Source {
    const nginx = { runtime, image };
    const { packages, packagesWhereThere } = RUNTIMES[runtime];
    return {
        service: CONTAINER,
        user,
        packages: [],
        configuration: CONTAINER_NGINX_CONF,
        settings: [
            "recommends=no",
            ...packages.map(({ name, program }) => `command -v ${program} > /dev/null || packages+=(${quote(name)})`),
            ...packagesWhereThere.map(
                ({ name, program }) => `command -v ${program} > /dev/null || where_there+=(${quote(name)})`,
            ),
            `before_packages() { ${runtime === "docker" ? "limit_docker" : ":"}; }`,
            `after_packages() { pull_image ${runtime} ${quote(image)}; }`,
        ],
        // The staged configuration names the staged certificates.
        check: containerCheck(nginx, [STATE]),
        files: [containerUnit(nginx), containerLogRotation(nginx)],
        restartAfter: [containerUnit(nginx).path],
        logs: [],
    };
}

/** Name of the container and of its systemd service. */
export const CONTAINER = "ha-api-nginx";

/**
 * Mounted as a folder, at the same place: a file that is swapped by a rename would, mounted alone, stay the old one in
 * the container, and what nginx says of a file is right on the host too. Certificates the configuration refers to
 * belong in here.
 */
export const CONTAINER_CONFIGURATION = "/etc/ha-api";
export const CONTAINER_NGINX_CONF = `${CONTAINER_CONFIGURATION}/nginx.conf`;
/**
 * On the host; in the container it is /var/log/nginx. Not the same, because packages of nginx rotate whatever is there.
 */
export const CONTAINER_LOGS = `/var/log/${CONTAINER}`;

/**
 * All nginx needs of root's privileges: ports below 1024, workers of another user, signals to them, log files that are
 * theirs.
 */
const CAPABILITIES = ["CHOWN", "DAC_OVERRIDE", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"];

/** Seconds for requests under way when nginx is stopped, as Debian's nginx gives them. */
const STOP_SECONDS = 5;

/** The systemd unit. A change of it, such as another image, needs a restart; all else is a reload. */
export function containerUnit({ runtime, image }: NginxContainer): ManagedFile {
    const { program, needs, service, removeFirst, run, runService, stop, remove } = RUNTIMES[runtime];
    const before = ["network-online.target", ...needs].join(" ");
    const command = [
        ...run,
        `--name ${CONTAINER}`,
        ...runService,
        ...sandbox,
        "--stop-signal QUIT",
        `--volume ${CONTAINER_CONFIGURATION}:${CONTAINER_CONFIGURATION}:ro`,
        `--volume ${CONTAINER_LOGS}:/var/log/nginx`,
        `--volume ${RUN}:${RUN}:ro`,
        `--entrypoint nginx ${image}`,
        `-c ${CONTAINER_NGINX_CONF} -g "daemon off;"`,
    ];
    return {
        path: `/etc/systemd/system/${CONTAINER}.service`,
        mode: "0644",
        content: lines(
            `# ${MANAGED}`,
            "[Unit]",
            "Description=nginx in front of the Kubernetes API, in a container",
            `After=${before}`,
            `Wants=${before}`,
            "StartLimitIntervalSec=0",
            "",
            "[Service]",
            ...service,
            `LogsDirectory=${CONTAINER}`,
            "LimitNOFILE=1048576",
            "TimeoutStartSec=60",
            removeFirst && `ExecStartPre=-${program} ${remove} ${CONTAINER}`,
            `ExecStart=${command.join(" \\\n    ")}`,
            "# A container that is up need not be an nginx that answers: the host takes the VIP only when it does.",
            `ExecStartPost=/bin/sh -c 'while kill -0 $$MAINPID; do ${LIBEXEC}/proxy-answers ${STATUS_PORT} ` +
                `&& echo 0 > ${PROXY_DOWN} && exit; sleep 0.05; done; exit 1'`,
            `ExecReload=${program} kill --signal HUP ${CONTAINER}`,
            `ExecStop=${leaveFirst}`,
            `ExecStop=-${program} ${stop} --time ${STOP_SECONDS} ${CONTAINER}`,
            `ExecStopPost=/bin/sh -c 'echo 1 > ${PROXY_DOWN}'`,
            `ExecStopPost=-${program} ${remove} ${CONTAINER}`,
            "Restart=always",
            "RestartSec=500ms",
            "",
            "[Install]",
            "WantedBy=multi-user.target",
        ),
    };
}

/**
 * Command that checks a configuration in a throw-away container of the same image; `{path}` is replaced by where the
 * staged file is. On the host's network, because nginx tries the addresses it is to listen on. It writes no log.
 * Without quotes: it is split at blanks.
 */
export function containerCheck({ runtime, image }: NginxContainer, folders: string[] = []): string {
    const file = `{${CONTAINER_NGINX_CONF}}`;
    return [
        ...RUNTIMES[runtime].run,
        "--rm --log-driver none",
        ...sandbox,
        "--tmpfs /var/log/nginx",
        ...folders.map((folder) => `--volume ${folder}:${folder}:ro`),
        `--volume ${file}:${file}:ro --entrypoint nginx ${image} -t -q -c ${file}`,
    ].join(" ");
}

/** Packages of nginx bring this along; an image does not. nginx opens its logs again on USR1. */
export function containerLogRotation({ runtime }: NginxContainer): ManagedFile {
    return {
        path: `/etc/logrotate.d/${CONTAINER}`,
        mode: "0644",
        content: lines(
            `# ${MANAGED}`,
            `${CONTAINER_LOGS}/*.log {`,
            [
                "daily",
                "rotate 14",
                "missingok",
                "notifempty",
                "compress",
                "delaycompress",
                "sharedscripts",
                "postrotate",
                [`${RUNTIMES[runtime].program} kill --signal USR1 ${CONTAINER} > /dev/null 2>&1 || true`],
                "endscript",
            ],
            "}",
        ),
    };
}

/** Nothing of the image can be changed, and nothing is pulled: neither by a start at boot nor by a check. */
const sandbox = [
    "--network host --pull never",
    "--read-only --tmpfs /run",
    `--cap-drop ALL ${CAPABILITIES.map((name) => `--cap-add ${name}`).join(" ")}`,
    "--security-opt no-new-privileges",
];
