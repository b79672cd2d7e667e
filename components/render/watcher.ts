/**
 * The watcher: a small service on each host that sees what systemd, keepalived and nginx do not
 * (components/host/watch).
 */
import { bgpInUse } from "../model/bgp";
import type { HostModel, ListenerModel, Model } from "../model/model";
import { othersThan } from "../model/hostOf";
import { HEALTH_PORT, STATUS_PORT } from "../model/ports";
import { checksum } from "../text/checksum";
import { ANNOUNCED_PROTOCOL, ANNOUNCED_TABLE } from "./bird";
import { engineOf } from "./engines";
import type { ManagedFile } from "./file";
import type { HostService } from "./service";
import { lingerTime, switchesOverGracefully, switchoverRules, tableOf } from "./switchover";
import { Endpoint } from "../text/endpoint";
import { lines, MANAGED } from "../text/lines";
import { healthName, healthyUpstream } from "./nginx/health";
import { upstreamName } from "./nginx/upstream";
import {
    INTERFACE_PLACEHOLDER,
    KEEPALIVED,
    KEEPALIVED_PIDS,
    LIBEXEC,
    SWITCHOVER_RULES,
    UPSTREAMS,
    WATCHER_CONF,
} from "../host/paths";
import { watcherSandbox } from "./sandbox";
import { REAL_TIME_PRIORITY } from "./systemd";
import { programText } from "../host/assemble";

export const WATCHER = "ha-api-watcher";

/** Of the proxy: four times a second, so that one that hangs is known within 1.3 s. */
const PROXY_CHECK = "0.25 0.5 2 2";

/** The listeners whose servers the watcher checks, since the engine itself does not. */
export function watchedListeners({ engine, listeners }: Model): ListenerModel[] {
    return engine === "nginx" ? listeners.filter(({ protocol }) => protocol === "tcp") : [];
}

export function watcher(model: Model, host: HostModel): HostService {
    const graceful = switchesOverGracefully(model);
    const files = [
        watcherSettings(model, host),
        ...watchedListeners(model).map((listener) => upstreamFile(model, listener)),
        watcherUnit(model),
        ...(graceful ? [switchoverRules(model, host)] : []),
    ];
    return {
        name: WATCHER,
        packages: graceful ? ["nftables"] : [],
        versions: [],
        files,
        credentials: [],
        reloadOn: [],
        restartOn: files.map(({ path }) => path),
        listens: [],
        ready: [],
        logs: [],
        leftovers: [],
    };
}

const upstreamFileOf = (model: Model, listener: ListenerModel): string => `${UPSTREAMS}/${healthName(model, listener)}`;

/** What nginx gets, without the unhealthy servers, while there are any. */
function upstreamFile(model: Model, listener: ListenerModel): ManagedFile {
    return {
        path: upstreamFileOf(model, listener),
        mode: "0644",
        content: lines(`# ${MANAGED}`, ...healthyUpstream(model, listener)),
    };
}

function watcherSettings(model: Model, host: HostModel): ManagedFile {
    const { service, process, status } = engineOf(model);
    const others = othersThan(model, host).map(({ address }) => address);
    const bgp = bgpInUse(model);
    const peers = others.map((address) => Endpoint.of({ address, port: model.port }));
    return {
        path: WATCHER_CONF,
        mode: "0644",
        content: lines(
            `# ${MANAGED}`,
            `# Program ${checksum(programText("watch"))}`,
            ...model.vips.map((vip) => `vip ${vip.instance} ${vip.address} ${tableOf(vip)}`),
            ...(bgp === undefined
                ? [`vrrp ${KEEPALIVED}`, ...KEEPALIVED_PIDS.map((path) => `vrrp-pid ${path}`)]
                : [
                      "# Kernel table and protocol of the routes that are announced, seconds that the proxy must be " +
                          "healthy before.",
                      `announce ${ANNOUNCED_TABLE} ${ANNOUNCED_PROTOCOL} ${bgp.returnDelay}`,
                  ]),
            `interface ${host.interface ?? INTERFACE_PLACEHOLDER}`,
            `service ${service}`,
            `process ${process}`,
            ...(others.length > 0 ? [`others ${others.join(",")}`] : []),
            bgp === undefined && `real-time ${REAL_TIME_PRIORITY}`,
            ...(model.listenOn === "all" && peers.length > 0 ? [`peers ${peers.join(",")}`] : []),
            ...(model.metrics.enabled ? [`metrics ${model.engine}`] : []),
            `linger ${lingerTime(model)}`,
            ...(switchesOverGracefully(model) ? [`switchover ${SWITCHOVER_RULES}`, `drain ${drainTime(model)}`] : []),
            "# Times in seconds: between checks, for an answer; failed and passed checks in a row that count.",
            (bgp !== undefined || model.vrrp.trackProxy) && `proxy ${STATUS_PORT} ${status.protocol} ${PROXY_CHECK}`,
            ...watchedListeners(model).flatMap((listener, index) => group(model, listener, index === 0)),
        ),
    };
}

/**
 * Seconds that connections under way at a host are kept there: until the neighbours know the next master, and at least
 * one.
 */
function drainTime(model: Model): number {
    return Math.max(1, lingerTime(model));
}

function group(model: Model, listener: ListenerModel, isApi: boolean): string[] {
    const { interval, timeout, fall, rise } = listener.balancing.healthCheck;
    const name = upstreamName(listener);
    const numbers = [interval, timeout, fall, rise].join(" ");
    return [
        `group ${name} ${upstreamFileOf(model, listener)}`,
        ...listener.backends
            .map((backend) => Endpoint.of(backend).toString())
            .map(
                (server) =>
                    `server ${name} ${server} ${isApi ? `http ${HEALTH_PORT} /${server}` : "connect"} ${numbers}`,
            ),
    ];
}

/** Starts before the proxy and keepalived, and so ends after them: what they leave when they stop is switched over. */
function watcherUnit(model: Model): ManagedFile {
    return {
        path: `/etc/systemd/system/${WATCHER}.service`,
        mode: "0644",
        content: lines(
            `# ${MANAGED}`,
            "[Unit]",
            "Description=Watches the proxy, the API servers behind it, and moves of the virtual IP",
            `Before=${engineOf(model).service}.service${bgpInUse(model) === undefined ? ` ${KEEPALIVED}.service` : ""}`,
            "After=network-online.target",
            "Wants=network-online.target",
            "StartLimitIntervalSec=0",
            "",
            "[Service]",
            `ExecStart=${LIBEXEC}/watch ${WATCHER_CONF}`,
            `ExecStopPost=${LIBEXEC}/watch ${WATCHER_CONF} clean-up`,
            "Restart=always",
            "RestartSec=500ms",
            "# It says every second that it is there; one that hangs, or was stopped, is ended and started again.",
            "NotifyAccess=main",
            "WatchdogSec=10",
            "WatchdogSignal=SIGKILL",
            "# A check that comes late is a wrong check.",
            "Nice=-10",
            ...watcherSandbox(),
            "",
            "[Install]",
            "WantedBy=multi-user.target",
        ),
    };
}
