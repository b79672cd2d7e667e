/** What the calls of a guest's firewall take; in 8.4 and 9.1 alike. */
import { isIPv4, isIPv6 } from "node:net";
import { FormatError, listOf, matching, type One } from "./format";
import { configId } from "./formats";
import { choice, flag, type Parameters, required, text, whole } from "./parameter";

const NAME = "[A-Za-z][A-Za-z0-9\\-\\_]+";
const setName = text({ pattern: NAME, maxLength: 64 });
const digest = text({ maxLength: 64 });
const position = whole({ minimum: 0 });
const policy = choice("ACCEPT REJECT DROP");
const level = choice("emerg alert crit err warning notice info debug nolog");

/** Addresses, networks, and ranges alone; the name of a set (`+name`) or of an alias. Empty means anything. */
const addresses: One = {
    kind: "one",
    check: (value) => {
        if (/^\+\S+$/.test(value) || /^((dc|guest)\/)?[A-Za-z][A-Za-z0-9\-_]+$/.test(value)) return;
        const parts = value === "" ? [] : value.split(",");
        if (parts.includes("")) throw new FormatError("extraneous commas in list\n");
        const ends = parts.flatMap((part) => part.split("-"));
        const versions = new Set(ends.map(versionOf));
        if (versions.size > 1) throw new FormatError(`detected mixed ipv4/ipv6 addresses in address list '${value}'\n`);
        if (parts.length > 1 && value.includes("-")) throw new FormatError("you can't use a range in a list\n");
    },
};

/** Of an address or a network, of which the host's part is empty. */
function versionOf(text: string): 4 | 6 {
    const [host = "", bits] = text.split("/");
    if (isIPv6(host)) return 6;
    if (!isIPv4(host)) throw new FormatError(`invalid IP address: Invalid IP address ${text}\n`);
    const number = host.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
    if (bits !== undefined && number % 2 ** (32 - Number(bits)) !== 0)
        throw new FormatError(`invalid IP address: Invalid prefix ${text}\n`);
    return 4;
}

const ports: One = {
    kind: "one",
    check: (value) => {
        const parts = value === "" ? [] : value.split(",");
        if (parts.includes("")) throw new FormatError("extraneous commas in list\n");
        for (const part of parts) {
            const [, from, to = from] = /^(\d+)(?::(\d+))?$/.exec(part) ?? [];
            if (from === undefined) throw new FormatError(`invalid port '${part}'\n`);
            const tooHigh = [from, to].find((port) => Number(port) > 65535);
            if (tooHigh !== undefined) throw new FormatError(`invalid port '${tooHigh}'\n`);
        }
    },
};

/** Of /etc/protocols those that are used here; any by its number. */
const protocol = matching(/^(|tcp|udp|icmp|igmp|esp|ah|sctp|vrrp|ipv6-icmp|\d{1,3})$/, "unknown protocol '{}'");
const address = matching(
    /^([0-9a-fA-F.:]+(\/\d{1,3})?|((dc|guest)\/)?[A-Za-z][A-Za-z0-9\-_]+)$/,
    "value does not look like a valid IP address or CIDR network",
);

const rule: Parameters = {
    action: text({ pattern: NAME, maxLength: 20 }),
    comment: text(),
    dest: text({ format: addresses, maxLength: 512 }),
    digest,
    dport: text({ format: ports }),
    enable: whole({ minimum: 0 }),
    "icmp-type": text(),
    iface: text({ maxLength: 20 }),
    log: level,
    macro: text({ maxLength: 128 }),
    pos: position,
    proto: text({ format: protocol }),
    source: text({ format: addresses, maxLength: 512 }),
    sport: text({ format: ports }),
    type: choice("in out forward group"),
};

/** Variable parts of their paths. */
export const firewallPath: Parameters = { name: setName, cidr: text({ format: address }), pos: position };

/** By call; `at`: where a guest's firewall is. */
export function firewallCalls(at: string): Record<string, Parameters> {
    return {
        [`PUT ${at}/options`]: {
            delete: text({ format: listOf(configId) }),
            dhcp: flag(),
            digest,
            enable: flag(),
            ipfilter: flag(),
            log_level_in: level,
            log_level_out: level,
            macfilter: flag(),
            ndp: flag(),
            policy_in: policy,
            policy_out: policy,
            radv: flag(),
        },
        [`POST ${at}/rules`]: { ...rule, action: required(rule["action"]!), type: required(rule["type"]!) },
        [`PUT ${at}/rules/{pos}`]: { ...rule, delete: text({ format: listOf(configId) }), moveto: position },
        [`DELETE ${at}/rules/{pos}`]: { digest },
        [`POST ${at}/ipset`]: { name: required(setName), comment: text(), digest, rename: setName },
        [`DELETE ${at}/ipset/{name}`]: { force: flag() },
        [`POST ${at}/ipset/{name}`]: { cidr: required(firewallPath["cidr"]!), comment: text(), nomatch: flag() },
        [`DELETE ${at}/ipset/{name}/{cidr}`]: { digest },
    };
}
