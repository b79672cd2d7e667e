/** A deployment, and what an inspection of its hosts finds when all are healthy. */
import { createHash } from "node:crypto";
import { inspectionOf } from "../../../components/inspection/output";
import { type Deployment, listenersOf } from "../../../components/inspection/expectation";
import type { InspectionResult } from "../../../components/inspection/inspector";
import { masked } from "../../../components/inspection/masked";
import type { Inspection } from "../../../components/inspection/report";
import type { Inputs } from "../../../components/model/inputs";
import { hostFiles } from "../../../components/render/host";
import { CERTIFICATE, existingMachines, modelOf, PUBLIC_KEY } from "../support";

export { CERTIFICATE };

/** When the samples were taken: a hundred years before the certificate ends, nearly. */
export const TIME = Date.UTC(2027, 0, 15) / 1000;

export function deployment(inputs: Inputs = existingMachines()): Deployment {
    const model = modelOf(inputs);
    return {
        vip: model.vips[0].address,
        hosts: model.hosts.map(({ name, address, priority }) => ({ name, address, priority, hostKey: PUBLIC_KEY })),
        files: Object.fromEntries(
            model.hosts.map((host) => [
                host.name,
                Object.fromEntries(hostFiles(model, host).map(({ path, content }) => [path, content])),
            ]),
        ),
        inspection: inspectionOf(model),
    };
}

/** Every host is healthy; the last one, which is configured first, holds the VIP. */
export function allHealthy(given: Deployment = deployment()): InspectionResult[] {
    const master = given.hosts.at(-1)!.name;
    return given.hosts.map(({ name }) => ({ host: name, inspection: healthyHost(given, name, master), took: 300 }));
}

export const macOf = (host: string): string => `bc:24:11:00:00:0${host.at(-1)!}`;

function healthyHost(given: Deployment, host: string, master: string): Inspection {
    const { inspection: expected } = given;
    const connection = (target: string): Inspection["listeners"][number] => ({
        target,
        connected: true,
        http: 401,
        certificate: CERTIFICATE,
    });
    return {
        time: TIME,
        tools: ["openssl"],
        interface: "ens18",
        vips: Object.fromEntries(
            expected.vips.map(({ address, instance }) => [
                address,
                {
                    instance,
                    ...(host === master
                        ? { holds: { mac: macOf(host), interface: "ens18" } }
                        : { neighbour: { mac: macOf(master), state: "REACHABLE" } }),
                    vrrp: { state: host === master ? "MASTER" : "BACKUP", since: TIME - 180 },
                    priority: given.hosts.find(({ name }) => name === host)!.priority,
                    routerId: 100,
                },
            ]),
        ),
        ...(expected.bgp === undefined ? {} : healthyBgp(expected)),
        proxyDown: "0",
        answer: expected.configurationChecksum,
        services: Object.fromEntries(
            expected.services.map(({ name }) => [
                name,
                { load: "loaded", state: "active", subState: "running", restarts: 0, since: TIME - 600 },
            ]),
        ),
        packages: { nginx: "1.22.1-9+deb12u10", keepalived: "1:2.2.7-1+b2" },
        files: Object.entries(given.files[host]!).map(([path, text]) => ({
            path: path.replace("@network-file@", "10-netplan-ens18.network"),
            mode: expected.modes[path]!.replace(/^0/, ""),
            sha256: createHash("sha256")
                .update(masked(text.replaceAll("@interface@", "ens18")))
                .digest("hex"),
        })),
        listeners: listenersOf(expected).map(connection),
        servers: expected.apiServers.map(connection),
        journal: [],
    };
}

/** Every host has the VIPs, and announces them. */
function healthyBgp({ vips, bgp }: Deployment["inspection"]): Partial<Inspection> {
    const { routers } = bgp!;
    return {
        vips: Object.fromEntries(
            vips.map(({ address, instance }) => [
                address,
                { instance, holds: { mac: "00:00:00:00:00:00", interface: "lo" } },
            ]),
        ),
        announced: vips.map(({ address }) => address),
        bgp: Object.fromEntries(routers.map(({ name }) => [name, "Established"])),
        bfd: Object.fromEntries(routers.map(({ address }) => [address, "Up"])),
    };
}

/** What a host reports of the only VIP. */
export const kubeApi = ({ vips }: Inspection): Inspection["vips"][string] => vips["10.30.100.100"]!;

/** The same with something done to what one host reports. */
export function except(
    host: string,
    change: (inspection: Inspection) => void,
    seen: InspectionResult[] = allHealthy(),
): InspectionResult[] {
    const copy = structuredClone(seen);
    change(copy.find((each) => each.host === host)!.inspection!);
    return copy;
}
