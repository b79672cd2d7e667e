/** docs/operations.md shows what `npm run status` prints, as it prints it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { statusOf } from "../../cli/status";
import { statusText } from "../../cli/statusText";
import { certificateFacts } from "../../components/inspection/certificate";
import { allHealthy, CERTIFICATE, deployment, TIME } from "../components/inspection/samples";
import { announcedByBgp, apiAndIngress, existingMachines } from "../components/support";
import { theBlock } from "../docs/blocks";

type Entry = [secondsAgo: number, unit: string, message: string];

/** A proxy was killed three minutes ago; all is healthy again. */
const JOURNALS: Record<string, Entry[]> = {
    vrrp1: [
        [180.212, "nginx", "nginx.service: Main process exited, code=killed, status=9/KILL"],
        [180.191, "keepalived", "(kube_api) Entering FAULT STATE"],
        [179.987, "nginx", "Started nginx.service - A high performance web server and a reverse proxy server."],
        [179.72, "keepalived", "(kube_api) Entering BACKUP STATE"],
    ],
    vrrp2: [[180.188, "keepalived", "(kube_api) Entering MASTER STATE"]],
};

/** The samples' certificate is good for a hundred years, which is no example. */
const YEAR_BEFORE_END = new Date(certificateFacts(CERTIFICATE)!.validUntil.getTime() - 364.5 * 86_400_000);

describe("what npm run status prints", () => {
    const { now } = Date;
    before(() => {
        Date.now = () => TIME * 1000;
    });
    after(() => {
        Date.now = now;
    });

    it("is as docs/operations.md shows it", () => {
        const given = deployment();
        const results = allHealthy(given).map(({ host, inspection, ...rest }) => ({
            ...rest,
            host,
            inspection: {
                ...inspection!,
                journal: JOURNALS[host]!.map(([ago, unit, message]) => ({ time: TIME - ago, unit, message })),
            },
        }));
        const printed = stripVTControlCharacters(statusText(statusOf(given, results, YEAR_BEFORE_END)));
        assert.equal(
            printed,
            theBlock(join("docs", "operations.md"), "text", "output", "VIP 10.30.100.100: held").text,
        );
    });

    it("says of each VIP who holds it, which host it prefers where that is another, and each host's states", () => {
        const given = deployment(
            apiAndIngress({ vips: [{ name: "edge", address: "10.30.100.110", prefers: "vrrp1" }], listeners: [] }),
        );
        const printed = stripVTControlCharacters(statusText(statusOf(given, allHealthy(given), YEAR_BEFORE_END)));
        assert.match(
            printed,
            /^VIP 10\.30\.100\.100: held by vrrp2\nVIP 10\.30\.100\.110 \(edge\): held by vrrp2, prefers vrrp1$/m,
        );
        assert.match(printed, /vrrp1 .*kube-api: BACKUP for 3 min +priority 254 +edge: BACKUP for 3 min +priority 254/);
    });

    it("says which hosts announce a VIP by BGP", () => {
        const given = deployment(announcedByBgp());
        const seen = allHealthy(given);
        delete seen[1]!.inspection!.announced;
        const printed = stripVTControlCharacters(statusText(statusOf(given, seen, YEAR_BEFORE_END)));
        assert.match(printed, /^VIP 172\.30\.0\.10: announced by vrrp1$/m);
        assert.match(printed, /vrrp1 +10\.30\.100\.101 +ANNOUNCING [^]*vrrp2 +10\.30\.100\.102 +WITHDRAWN /);
    });

    it("says who may connect, where not everybody may", () => {
        const given = deployment(existingMachines({ allowedClients: ["10.30.0.0/16", "192.0.2.7"] }));
        const printed = statusText(statusOf(given, allHealthy(given), YEAR_BEFORE_END));
        assert.match(printed, /^Clients allowed: 10\.30\.0\.0\/16, 192\.0\.2\.7, and the hosts$/m);
    });
});
