import assert from "node:assert/strict";
import { throughVip } from "../../../cli/drill/probeSetting";
import { ofVip } from "../../../cli/drill/target";
import { deployment } from "../../components/inspection/samples";
import { apiAndIngress, dualStack } from "../../components/support";

describe("the VIP that a drill watches", () => {
    const both = deployment(dualStack());
    const [ipv4, ipv6] = both.inspection.vips;

    it("is the first one, or the one that is named, in whatever letters", () => {
        assert.equal(ofVip(both, undefined), both);
        const watched = ofVip(both, "2001:DB8:30:100:0::100");
        assert.deepEqual([watched.vip, watched.inspection.vips], [ipv6!.address, [ipv6, ipv4]]);
    });
    it("must be one at which the Kubernetes API is", () => {
        assert.throws(
            () => ofVip(deployment(apiAndIngress({ port: 443 })), "10.30.100.110"),
            /at which the Kubernetes API is.*at 10\.30\.100\.110 \(edge-ingress\) are other listeners only/,
        );
        const everywhere = deployment(apiAndIngress({ listenOn: "all", listeners: [] }));
        assert.equal(ofVip(everywhere, "10.30.100.110").vip, "10.30.100.110");
    });
    it("is the one that watches go through, whichever the kubeconfig names", () => {
        const kubeconfig = `
current-context: a
contexts: [{name: a, context: {cluster: c}}]
clusters: [{name: c, cluster: {server: "https://10.30.100.100:6443"}}]`;
        const vip = ipv6!.address;
        assert.deepEqual(throughVip(kubeconfig, { deployment: ofVip(both, vip) }, { vip }), {
            url: "https://[2001:db8:30:100::100]:6443",
            tlsName: "10.30.100.100",
        });
        assert.equal(throughVip(kubeconfig, { deployment: both }, {}), undefined);
        const byIpv6 = kubeconfig.replace("10.30.100.100", "[2001:db8:30:100::100]");
        assert.equal(throughVip(byIpv6, { deployment: both }, { vip })?.tlsName, vip);
    });
    it("must be one of the stack's", () =>
        assert.throws(
            () => ofVip(both, "10.30.100.7"),
            /10\.30\.100\.100 or 2001:db8:30:100::100; received "10\.30\.100\.7"/,
        ));
});
