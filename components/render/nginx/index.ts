/** The engine nginx. */
import type { HostModel, Model } from "../../model/model";
import { tlsInUse } from "../../model/tls";
import { answerOf, type Engine } from "../engine";
import type { ManagedFile } from "../file";
import { lines, MANAGED } from "../../text/lines";
import { perObject } from "../../text/perObject";
import { sourceOf } from "../sources";
import { certificateAuthorities, credentialFiles } from "../tls";
import { healthOnly, http } from "./http";
import { stream } from "./stream";

const answerTo = perObject((model: Model) =>
    answerOf(model, (host) => render(model, host, ""), certificateAuthorities(model)),
);

export function nginx(model: Model, host: HostModel): Engine {
    const source = sourceOf(model);
    const trusted = certificateAuthorities(model);
    const answer = answerTo(model);
    return {
        service: source.service,
        process: "nginx",
        packages: source.packages,
        ...(source.repository === undefined ? {} : { repository: source.repository }),
        packageSettings: source.settings,
        versions: source.packages.filter((name) => name === "nginx"),
        configuration: source.configuration,
        files: [
            { path: source.configuration, mode: "0644", content: render(model, host, answer) } satisfies ManagedFile,
            ...trusted,
            ...source.files,
        ],
        credentialFiles: credentialFiles(model),
        check: source.check,
        status: { protocol: "banner", answer },
        restartAfter: source.restartAfter,
        logs: source.logs,
        leftovers: [{ path: "/var/lib/nginx" }, { path: "/var/cache/nginx" }],
    };
}

function render(model: Model, host: HostModel, answer: string): string {
    const { workerConnections } = model.nginx;
    const [api, ...further] = model.listeners;
    const tls = tlsInUse(model);
    return lines(
        `# ${MANAGED}`,
        `user ${sourceOf(model).user};`,
        "worker_processes auto;",
        // Each worker needs two descriptors a connection, and some for logs and listeners.
        `worker_rlimit_nofile ${workerConnections * 2 + 1024};`,
        "# After a reload the old workers keep their connections this long, so that a change cuts no watch.",
        "worker_shutdown_timeout 1h;",
        "pid /run/nginx.pid;",
        "error_log /var/log/nginx/error.log warn;",
        "include /etc/nginx/modules-enabled/*.conf;",
        "",
        "events {",
        [`worker_connections ${workerConnections};`],
        "}",
        "",
        ...(tls === undefined ? healthOnly(model, host) : http(model, host, api, tls)),
        "",
        ...stream(model, tls === undefined ? model.listeners : further, answer),
    );
}
