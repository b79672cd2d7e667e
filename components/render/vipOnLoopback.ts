/**
 * The VIPs of a host that announces them: on its loopback interface, whether they are announced or not, so that
 * connections under way are served after the withdrawal.
 */
import type { Model, VipModel } from "../model/model";
import { Address } from "../text/address";
import { lines, MANAGED } from "../text/lines";
import { VIP_SERVICE } from "../host/paths";
import { engineOf } from "./engines";
import type { HostService } from "./service";

export function vipOnLoopback(model: Model): HostService {
    const unit = `/etc/systemd/system/${VIP_SERVICE}.service`;
    const each = (line: (route: string, vip: VipModel) => string): string[] =>
        model.vips.map((vip) => line(Address.of(vip.address).hostRoute, vip));
    return {
        name: VIP_SERVICE,
        packages: [],
        versions: [],
        files: [
            {
                path: unit,
                mode: "0644",
                content: lines(
                    `# ${MANAGED}`,
                    "[Unit]",
                    "Description=Has the virtual IP on the loopback interface",
                    `Before=${engineOf(model).service}.service`,
                    "",
                    "[Service]",
                    "Type=oneshot",
                    "RemainAfterExit=yes",
                    ...each(
                        (route, { address }) => `ExecStart=/bin/ip address replace ${route} dev lo${mark(address)}`,
                    ),
                    ...each((route) => `ExecStop=-/bin/ip address delete ${route} dev lo`),
                    "",
                    "[Install]",
                    "WantedBy=multi-user.target",
                ),
            },
        ],
        credentials: [],
        reloadOn: [],
        restartOn: [unit],
        listens: [],
        ready: [],
        logs: [],
        leftovers: [],
    };
}

/** An IPv6 address that is deprecated is never the source of the host's own connections. */
const mark = (address: string): string => (Address.of(address).family === 6 ? " nodad preferred_lft 0" : "");
