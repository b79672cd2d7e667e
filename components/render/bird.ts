/**
 * BIRD: the sessions with routers. It announces what is in a kernel table of its own, where the watcher has a route for
 * each VIP while the proxy is healthy; nothing of health is in its configuration
 * (docs/decisions/0043-bgp.md).
 */
import { bgpInUse } from "../model/bgp";
import { addressIn } from "../model/hostOf";
import type { BgpModel, HostModel, Model } from "../model/model";
import { Address, familiesOf, type Family } from "../text/address";
import { checksum } from "../text/checksum";
import { lines, type Lines, MANAGED } from "../text/lines";
import { BIRD, BIRD_CONF } from "../host/paths";
import { engineOf } from "./engines";
import { credentialPlaceholder, type ManagedFile } from "./file";
import type { HostService } from "./service";
import { birdDropIn } from "./systemd";
import { bgpPassword } from "./tls";

/** Debian's package, whose service and user are called BIRD. */
export const BIRD_PACKAGE = "bird2";

/** The kernel's table of announced VIPs. Nothing looks a route up there. */
export const ANNOUNCED_TABLE = 198;
/** Says of a route there that it is the watcher's. What the kernel itself makes is never learned. */
export const ANNOUNCED_PROTOCOL = 250;

/** Seconds that a start may take, beside the time for which a proxy must be healthy. */
const START_SECONDS = 10;

export function bird(model: Model, host: HostModel): HostService {
    const bgp = bgpInUse(model)!;
    return {
        name: BIRD,
        packages: [BIRD_PACKAGE],
        versions: [BIRD_PACKAGE],
        files: [birdConfiguration(model, bgp, host), birdDropIn(engineOf(model).service)],
        credentials: [],
        configurationTest: birdCheck,
        reloadOn: [BIRD_CONF],
        restartOn: [],
        listens: [],
        ready: model.vips.map(({ address }) => ({
            kind: "announced",
            address,
            table: ANNOUNCED_TABLE,
            within: bgp.returnDelay + START_SECONDS,
        })),
        logs: [],
        leftovers: [{ path: "/run/bird" }],
    };
}

/** Command that checks the configuration; it needs no daemon that runs. */
export const birdCheck = `bird -p -c {${BIRD_CONF}}`;

/** Names of the routers, as BIRD's protocols. */
export const routerName = (index: number): string => `router${index + 1}`;

/** It may hold passwords; BIRD reads it when it is root no more. */
function birdConfiguration(model: Model, bgp: BgpModel, host: HostModel): ManagedFile {
    return { path: BIRD_CONF, mode: "0640", group: BIRD, content: renderBird(model, bgp, host) };
}

function renderBird(model: Model, bgp: BgpModel, host: HostModel): string {
    return lines(
        `# ${MANAGED}`,
        "log syslog all;",
        `router id ${routerId(host)};`,
        "",
        "protocol device {",
        "}",
        "",
        ...(bgp.bfd.enabled
            ? [
                  "protocol bfd {",
                  [
                      'interface "*" {',
                      [`interval ${Math.round(bgp.bfd.interval * 1000)} ms;`, `multiplier ${bgp.bfd.multiplier};`],
                      "};",
                  ],
                  "}",
                  "",
              ]
            : []),
        ...familiesOf(model.vips).flatMap((family) => announced(model, family)),
        ...bgp.peers.flatMap((peer, index) => ["", ...session(bgp, host, peer, index)]),
    );
}

const tableOf = (family: Family): string => `announced${family}`;

/** The VIPs of a family, and only they, as long as the kernel's table has them. */
function announced({ vips }: Model, family: Family): Lines {
    const own = vips.map(({ address }) => Address.of(address)).filter((address) => address.family === family);
    return [
        "# The watcher has a route there for a VIP that is to be announced.",
        `ipv${family} table ${tableOf(family)};`,
        `protocol kernel kernel${family} {`,
        [
            "learn;",
            `kernel table ${ANNOUNCED_TABLE};`,
            `ipv${family} {`,
            [
                `table ${tableOf(family)};`,
                `import where net ~ [ ${own.map(({ hostRoute }) => hostRoute).join(", ")} ];`,
                "export none;",
            ],
            "};",
        ],
        "}",
    ];
}

function session(bgp: BgpModel, host: HostModel, peer: BgpModel["peers"][number], index: number): Lines {
    const { family } = Address.of(peer.address);
    return [
        `protocol bgp ${routerName(index)} {`,
        [
            `local ${addressIn(host, family)!} as ${bgp.localAs};`,
            `neighbor ${peer.address} as ${peer.as};`,
            "direct;",
            peer.hasPassword && `password "${credentialPlaceholder(bgpPassword(index))}";`,
            `hold time ${bgp.holdTime};`,
            "# After a failure a session is tried again within seconds, not minutes.",
            "connect delay time 1;",
            "connect retry time 5;",
            "error wait time 1, 10;",
            "# A router must not go on sending to a host that is dead.",
            "graceful restart off;",
            bgp.bfd.enabled && "bfd on;",
            `ipv${family} {`,
            [`table ${tableOf(family)};`, "import none;", "export all;", "next hop self;"],
            "};",
        ],
        "}",
    ];
}

/** The host's IPv4 address; where it has none, 32 bits made of the IPv6 one, which look like an address of a class. */
function routerId(host: HostModel): string {
    const own = addressIn(host, 4);
    if (own !== undefined) return own;
    const bytes = checksum(host.address)
        .match(/../g)!
        .map((hexadecimal) => Number.parseInt(hexadecimal, 16));
    return ["10", ...bytes.slice(0, 3)].join(".");
}
