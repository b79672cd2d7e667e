import { hostFiles, hostManifest } from "../../../components/render/host";
import type { Model } from "../../../components/model/model";
import { assertGolden, CERTIFICATE, existingMachines, firstHost, layer7, modelOf } from "../support";

function file(model: Model, host: number, path: string): string {
    return hostFiles(model, model.hosts[host]!).find((candidate) => candidate.path === path)!.content;
}

/** Without the watcher's version, which is another one with every change of its program. */
const manifest = (model: Model): string =>
    hostManifest(model, firstHost(model)).replace(/^# Program \w+$/m, "# Program 0123456789ab");

const three = modelOf(
    existingMachines({
        vip: "10.30.100.100/26",
        port: 443,
        apiServers: ["10.30.100.51:6444"],
        hosts: [
            { name: "vrrp1", address: "10.30.100.101", interface: "ens18" },
            { name: "vrrp2", address: "10.30.100.102", interface: "ens18", priority: 200 },
            { name: "vrrp3", address: "10.30.100.103", interface: "eth0", priority: 100 },
        ],
        vrrp: { routerId: 7, advertisementInterval: 1, preempt: true, gratuitousArpRefresh: 0 },
        nginx: { source: "nginx.org", workerConnections: 1024, extraConfiguration: "allow 10.0.0.0/8;\ndeny all;" },
    }),
);

describe("the text a reviewer sees, kept word for word in test/components/golden:", () => {
    const two = modelOf();

    it("nginx.conf with all defaults", () => assertGolden("nginx.conf", file(two, 0, "/etc/nginx/nginx.conf")));
    it("nginx.conf with everything set", () =>
        assertGolden("nginx-everything-set.conf", file(three, 0, "/etc/nginx/nginx.conf")));
    it("nginx.conf at layer 7", () =>
        assertGolden("nginx-layer7.conf", file(modelOf(layer7()), 0, "/etc/nginx/nginx.conf")));
    it("nginx.conf at layer 7 with users' identities and a further listener", () => {
        const tls = {
            certificate: CERTIFICATE,
            hasPrivateKey: true,
            clientCertificate: CERTIFICATE,
            hasClientPrivateKey: true,
            clientCertificateAuthority: CERTIFICATE,
        };
        const model = modelOf(
            layer7({ tls, listeners: [{ name: "etcd", port: 4001, backends: ["10.30.100.51:6001"] }] }),
        );
        assertGolden("nginx-layer7-user-identities.conf", file(model, 0, "/etc/nginx/nginx.conf"));
    });
    it("keepalived.conf of the first of two hosts", () =>
        assertGolden("keepalived-two-hosts-1.conf", file(two, 0, "/etc/keepalived/keepalived.conf")));
    it("keepalived.conf of the second of two hosts", () =>
        assertGolden("keepalived-two-hosts-2.conf", file(two, 1, "/etc/keepalived/keepalived.conf")));
    it("keepalived.conf of the last of three hosts, with everything set", () =>
        assertGolden("keepalived-three-hosts-3.conf", file(three, 2, "/etc/keepalived/keepalived.conf")));
    it("keepalived.conf of a host alone", () => {
        const alone = modelOf(
            existingMachines({ hosts: [{ name: "vrrp1", address: "10.30.100.101" }], allowSingleHost: true }),
        );
        assertGolden("keepalived-alone.conf", file(alone, 0, "/etc/keepalived/keepalived.conf"));
    });
    it("what makes systemd restart nginx and tell keepalived of its death", () =>
        assertGolden("nginx.service.conf", file(two, 0, "/etc/systemd/system/nginx.service.d/50-ha-api.conf")));
    it("what makes systemd restart keepalived", () =>
        assertGolden(
            "keepalived.service.conf",
            file(two, 0, "/etc/systemd/system/keepalived.service.d/50-ha-api.conf"),
        ));
    it("the whole manifest of a host", () => assertGolden("manifest.txt", manifest(two)));
    it("the whole manifest of a host with a named interface", () =>
        assertGolden("manifest-everything-set.txt", manifest(three)));
});
