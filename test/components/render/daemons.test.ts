import assert from "node:assert/strict";
import { copyFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as fc from "fast-check";
import type { Inputs } from "../../../components/model/inputs";
import type { Model } from "../../../components/model/model";
import { hostFiles } from "../../../components/render/host";
import { HAPROXY_CFG, INTERFACE_PLACEHOLDER, KEEPALIVED_CONF, LIBEXEC, NGINX_CONF, OVERRIDES, UPSTREAMS } from "../../../components/render/paths";
import { findProgram, isRoot, itNeeds, type Outcome, outcomeOf } from "../programs";
import { CERTIFICATE, existingMachines, layer7, modelOf, validInputs } from "../support";

const SCRIPTS = join(__dirname, "../../../components/remote/scripts");

const content = (model: Model, index: number, path: string): string => hostFiles(model, model.hosts[index]!).find((file) => file.path === path)!.content;

/** Listeners called like names that the rendered files have for things of their own. */
const NAMES = ["status", "sessions", "tls-sessions", "kube-api-well", "kube-api-in-use", "etcd", "etcd-well", "etcd-in-use", "connection-header", "identity-user", "proxy", "well"];
const namesakes: Inputs["listeners"] = NAMES.map((name, index) => ({ name, port: 8001 + index, backends: ["10.30.100.51", "10.30.100.52"] }));

/** The manifest's nginx.conf, and what the watcher writes beside it when each listener has a server left out; in a folder. */
function nginxWithOverrides(model: Model, folder: string): string {
    const files = hostFiles(model, model.hosts[0]!).filter(({ path }) => path.startsWith(`${UPSTREAMS}/`));
    const overrides = join(folder, "overrides");
    mkdirSync(overrides, { recursive: true });
    for (const { path, content: text } of files) {
        writeFileSync(join(overrides, `${basename(path)}.upstream`), text.replace(/^server .*\n/m, ""));
        writeFileSync(join(overrides, `${basename(path)}.map`), `~. ${/^upstream (\S+)/m.exec(text)![1]};\n`);
    }
    return content(model, 0, NGINX_CONF).replaceAll(OVERRIDES, overrides);
}

describe("nginx itself", () => {
    const nginx = findProgram("nginx");
    // The stream module is a package of its own in Debian and Ubuntu.
    const probe = nginx === undefined ? undefined : outcomeOf(nginx, ["-t", "-q", "-g", "pid /dev/null; include /etc/nginx/modules-enabled/*.conf; stream { log_format x x; }", "-c", "/dev/null"]);
    const need = nginx === undefined ? "nginx is not installed"
        : /unknown directive "stream"/.test(probe!.said) ? "nginx has no stream module (package libnginx-mod-stream)" : false;
    let folder: string;
    before(() => { folder = mkdtempSync(join(tmpdir(), "ha-api-nginx-")); });
    after(() => rmSync(folder, { recursive: true }));

    /** The checker's verdict; what belongs to a host alone (its log folder, its pid file, nginx.org's user) is put elsewhere. */
    function verdict(text: string): Outcome {
        const path = join(folder, "nginx.conf");
        writeFileSync(path, text.replaceAll("/var/log/nginx", folder).replaceAll("/run/nginx.pid", join(folder, "nginx.pid")).replace("user nginx;", "user www-data;"));
        return outcomeOf(nginx!, ["-t", "-q", "-c", path]);
    }
    function assertAccepted(text: string): void {
        const { status, said } = verdict(text);
        assert.equal(status, 0, `${said}\n${text}`);
    }

    itNeeds(need, "accepts the defaults", () => assertAccepted(content(modelOf(), 0, NGINX_CONF)));
    itNeeds(need, "accepts the configuration for nginx.org's packages, fractions of a second and directives of one's own", () => {
        assertAccepted(content(modelOf(existingMachines({
            nginx: { source: "nginx.org", workerConnections: 512, extraConfiguration: "allow 10.0.0.0/8;\ndeny all;" },
        })), 0, NGINX_CONF));
    });
    itNeeds(need, "accepts what any valid inputs give", () => {
        const unprivileged = validInputs().map((inputs) => ({ ...inputs, port: Math.max(inputs.port!, 1024) }));
        fc.assert(fc.property(unprivileged, (inputs) => assertAccepted(content(modelOf(inputs), 0, NGINX_CONF))), { numRuns: 25 });
    });
    itNeeds(need, "accepts a thousand backends, all of which the workers share", () => {
        const backends = Array.from({ length: 1000 }, (_, index) => `10.200.${Math.floor(index / 250)}.${1 + (index % 250)}`);
        assertAccepted(content(modelOf(existingMachines({ listeners: [{ name: "many", port: 8443, backends }] })), 0, NGINX_CONF));
    });
    itNeeds(need, "accepts listeners called like names of ours, also while servers are left out", () => {
        assertAccepted(nginxWithOverrides(modelOf(existingMachines({ listeners: namesakes })), folder));
    });
    itNeeds(need, "refuses a directive it does not know, with the line", () => {
        const { status, said } = verdict(content(modelOf(existingMachines({ nginx: { extraConfiguration: "alow 10.0.0.0/8;" } })), 0, NGINX_CONF));
        assert.notEqual(status, 0);
        assert.match(said, /unknown directive "alow" in \S+\/nginx\.conf:\d+/);
    });
    itNeeds(need, "refuses an extra configuration that closes a block it did not open", () => {
        assert.notEqual(verdict(content(modelOf(existingMachines({ nginx: { extraConfiguration: "}\n}" } })), 0, NGINX_CONF)).status, 0);
    });
});

/** Certificates and keys as the load balancer would have them, self-signed, in a folder that stands for the host's. */
function tlsFolder(folder: string): string {
    const made = join(folder, "tls");
    mkdirSync(made, { recursive: true });
    for (const name of ["server", "client", "cluster-ca", "client-ca"]) {
        const files = ["-keyout", join(made, `${name}.key`), "-out", join(made, `${name}.crt`)];
        const { status, said } = outcomeOf("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2", "-subj", `/CN=${name}`, ...files]);
        assert.equal(status, 0, said);
    }
    return made;
}

describe("nginx itself, at layer 7", () => {
    const nginx = findProgram("nginx");
    let folder: string;
    before(() => { folder = mkdtempSync(join(tmpdir(), "ha-api-nginx-")); tlsFolder(folder); });
    after(() => rmSync(folder, { recursive: true }));
    const verdict = (model: Model, text = content(model, 0, NGINX_CONF)): Outcome => {
        const path = join(folder, "nginx.conf");
        writeFileSync(path, text.replaceAll("/var/log/nginx", folder).replaceAll("/run/nginx.pid", join(folder, "nginx.pid")).replaceAll("/etc/ha-api/tls", join(folder, "tls")));
        return outcomeOf(nginx!, ["-t", "-q", "-c", path]);
    };
    const need = nginx === undefined && "nginx is not installed";

    itNeeds(need, "accepts a given certificate", () => assert.deepEqual(verdict(modelOf(layer7())), { status: 0, said: "" }));
    itNeeds(need, "accepts listeners called like names of ours, also while servers are left out", () => {
        const model = modelOf(layer7({ listeners: namesakes }));
        assert.deepEqual(verdict(model, nginxWithOverrides(model, folder)), { status: 0, said: "" });
    });
    itNeeds(need, "accepts users' identities, only TLS 1.3, a format of one's own and further listeners", () => {
        const inputs = layer7({
            tls: { certificate: CERTIFICATE, hasPrivateKey: true, clientCertificate: CERTIFICATE, hasClientPrivateKey: true, clientCertificateAuthority: CERTIFICATE, minimumVersion: "1.3" },
            logs: { requestFormat: "$remote_addr $ssl_client_s_dn \"$request\"" },
            listeners: [{ name: "etcd", port: 4001, backends: ["10.30.100.51:6001"] }, { name: "dns", port: 1053, protocol: "udp", backends: ["10.30.100.51"] }],
        });
        assert.deepEqual(verdict(modelOf(inputs)), { status: 0, said: "" });
    });
});

describe("HAProxy itself", () => {
    const VALID = "Configuration file is valid\n";
    const haproxy = findProgram("haproxy");
    const need = haproxy === undefined && "haproxy is not installed";
    let folder: string;
    before(() => { folder = mkdtempSync(join(tmpdir(), "ha-api-haproxy-")); tlsFolder(folder); });
    after(() => rmSync(folder, { recursive: true }));
    const verdict = (model: Model): Outcome => {
        const path = join(folder, "haproxy.cfg");
        writeFileSync(path, content(model, 0, HAPROXY_CFG).replaceAll("/etc/ha-api/tls", join(folder, "tls")));
        return outcomeOf(haproxy!, ["-c", "-f", path]);
    };
    const withHaproxy = (over: Partial<Inputs> = {}): Model => modelOf(existingMachines({ engine: "haproxy", ...over }));

    itNeeds(need, "accepts the defaults, without a remark", () => assert.deepEqual(verdict(withHaproxy()), { status: 0, said: VALID }));
    itNeeds(need, "accepts everything set", () => {
        assert.deepEqual(verdict(withHaproxy({
            clusterCertificateAuthority: CERTIFICATE, listenOn: "vip", port: 8443,
            balancing: { method: "roundRobin", connectTimeout: 0.5, idleTimeout: 600, healthCheck: { path: "/healthz?verbose", interval: 0.5, fall: 3, rise: 1 } },
            listeners: [{ name: "etcd", port: 4001, backends: ["10.30.100.51:6001", "10.30.100.52:6001"], balancing: { healthCheck: { interval: 2 } } }],
            haproxy: { maxConnections: 1000, extraConfiguration: "timeout queue 5s" },
        })), { status: 0, said: VALID });
    });
    itNeeds(need, "accepts listeners called like names of ours", () => {
        assert.deepEqual(verdict(withHaproxy({ listeners: namesakes })), { status: 0, said: VALID });
    });
    itNeeds(need, "refuses a keyword it does not know, with the line", () => {
        const { status, said } = verdict(withHaproxy({ haproxy: { extraConfiguration: "timeout kueue 5s" } }));
        assert.notEqual(status, 0);
        assert.match(said, /haproxy\.cfg:\d+.*kueue/);
    });
});

describe("keepalived itself", function () {
    this.timeout(60_000);
    const keepalived = findProgram("keepalived");
    const device = Object.entries(networkInterfaces()).find(([, addresses]) => addresses?.some(({ internal }) => !internal))?.[0];
    const need = keepalived === undefined ? "keepalived is not installed" : !isRoot ? "its script security wants scripts that root owns: run as root"
        : device === undefined ? "keepalived takes no loopback interface, and there is no other one" : false;
    let folder: string;
    before(() => {
        if (need !== false) return;
        // Not in /tmp: keepalived trusts no script in a folder others can write to.
        folder = mkdtempSync("/var/lib/ha-api-test-");
        chmodSync(folder, 0o755);
        mkdirSync(join(folder, "libexec"));
        for (const name of ["proxy-answers", "proxy-runs", "api-answers", "vrrp-state", "check-keepalived"]) {
            copyFileSync(join(SCRIPTS, `${name}.sh`), join(folder, "libexec", name));
            chmodSync(join(folder, "libexec", name), 0o755);
        }
    });
    after(() => { if (need === false) rmSync(folder, { recursive: true }); });

    function verdict(text: string): Outcome {
        const path = join(folder, "keepalived.conf");
        writeFileSync(path, text.replaceAll(LIBEXEC, join(folder, "libexec")).replaceAll(INTERFACE_PLACEHOLDER, device!));
        return outcomeOf(join(folder, "libexec", "check-keepalived"), [path]);
    }
    function assertAccepted(text: string): void {
        const { status, said } = verdict(text);
        assert.equal(status, 0, `${said}\n${text}`);
        assert.equal(said, "", "it accepts the file without a remark");
    }

    itNeeds(need, "accepts the configuration of each of two hosts, without a remark", () => {
        for (const index of [0, 1]) assertAccepted(content(modelOf(), index, KEEPALIVED_CONF));
    });
    itNeeds(need, "accepts three hosts with preemption and no refresh", () => {
        const hosts = [1, 2, 3].map((n) => ({ name: `vrrp${n}`, address: `10.30.100.10${n}` }));
        assertAccepted(content(modelOf(existingMachines({ hosts, vrrp: { preempt: true, gratuitousArpRefresh: 0, advertisementInterval: 40, routerId: 255 } })), 2, KEEPALIVED_CONF));
    });
    itNeeds(need, "accepts each kind of check, and an unprivileged user to run it", () => {
        for (const kind of ["answer", "process", "api"] as const) {
            const vrrp = { preempt: true, check: { kind, interval: 3, weight: -20, fall: 3, rise: 2 }, scriptUser: "nobody" };
            assertAccepted(content(modelOf(existingMachines({ vrrp })), 0, KEEPALIVED_CONF));
        }
    });
    itNeeds(need, "accepts version 2 with a password, multicast, masters and the owner's priority", () => {
        const hosts = [{ name: "vrrp1", address: "10.30.100.101", priority: 255, initialState: "master" as const }, { name: "vrrp2", address: "10.30.100.102", priority: 250, initialState: "master" as const }];
        const text = content(modelOf(existingMachines({ hosts, vrrp: { version: 2, authentication: "password", transport: "multicast", preempt: true, followProxy: false } })), 0, KEEPALIVED_CONF);
        assertAccepted(text.replace("@credential:vrrp-password@", "s.e-c+r_"));
    });
    itNeeds(need, "refuses a user for the check that the host does not have, by name", () => {
        const { status, said } = verdict(content(modelOf(existingMachines({ vrrp: { scriptUser: "nobody-here" } })), 0, KEEPALIVED_CONF));
        assert.notEqual(status, 0);
        assert.match(said, /script_user: there is no user nobody-here on this host/);
    });
    itNeeds(need, "refuses a user who may not run the check", () => {
        chmodSync(join(folder, "libexec", "proxy-answers"), 0o700);
        try {
            const { status, said } = verdict(content(modelOf(existingMachines({ vrrp: { scriptUser: "nobody" } })), 0, KEEPALIVED_CONF));
            assert.notEqual(status, 0);
            assert.match(said, /nobody may not run \S+proxy-answers/);
        } finally {
            chmodSync(join(folder, "libexec", "proxy-answers"), 0o755);
        }
    });
    itNeeds(need, "accepts a host alone", () => {
        assertAccepted(content(modelOf(existingMachines({ hosts: [{ name: "vrrp1", address: "10.30.100.101" }], allowSingleHost: true })), 0, KEEPALIVED_CONF));
    });
    itNeeds(need, "accepts what any valid inputs give", () => {
        fc.assert(fc.property(validInputs(), (inputs) => assertAccepted(content(modelOf(inputs), 0, KEEPALIVED_CONF))), { numRuns: 15 });
    });
    for (const [what, from, to] of [
        ["a keyword it does not know", "nopreempt", "nopremptt"],
        ["a priority out of range", "priority 254", "priority 300"],
        ["a script that is not there", "proxy-answers 6442", "proxy-anwsers 6442"],
        ["an interface that is not there", `interface ${INTERFACE_PLACEHOLDER}`, "interface ens999"],
    ] as const) {
        itNeeds(need, `refuses ${what}`, () => {
            const text = content(modelOf(), 0, KEEPALIVED_CONF);
            assert.ok(text.includes(from), `${from} is there to be broken`);
            assert.notEqual(verdict(text.replace(from, to)).status, 0);
        });
    }
    itNeeds(need, "refuses scripts somebody else could change", () => {
        chmodSync(join(folder, "libexec", "proxy-answers"), 0o777);
        try {
            assert.notEqual(verdict(content(modelOf(), 0, KEEPALIVED_CONF)).status, 0);
        } finally {
            chmodSync(join(folder, "libexec", "proxy-answers"), 0o755);
        }
    });
});
