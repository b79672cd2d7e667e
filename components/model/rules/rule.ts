/** A rule about several inputs at once. */
import { list, settings } from "../../spec/checks";
import { type Found, type Path, Problems } from "../../spec/problems";
import { Address, ADDRESS_BITS } from "../../text/address";
import { wrongAtEdge } from "../addresses";
import type { HostInputs, Inputs } from "../inputs";
import type { Model } from "../model";
import type { GivenVip } from "../vip";
import { addressesOfVips, type FurtherVip } from "../vips";

export type { Found };

/** Inputs as they were given, and what became of them; parts that were wrong in themselves are NaN, empty or absent. */
export interface Candidate {
    given: Inputs;
    model: Omit<Model, "warnings" | "vips">;
    /** Undefined where it was wrong in itself. */
    vip: GivenVip | undefined;
    /** Undefined where there is none, too. */
    vip6: GivenVip | undefined;
    further: FurtherVip[];
    /** Of `vip`, where one was given. */
    routerId: number | undefined;
}

export interface Rule {
    /** What is allowed. */
    name: string;
    problems: (candidate: Candidate) => Found[];
}

/** A problem where a condition holds. */
export const when = (wrong: boolean, ...found: Found): Found[] => (wrong ? [found] : []);

/** A group as it was given, empty when it is none: that was noted before. */
export const group = <T extends object>(value: T | undefined): Partial<T> => settings(new Problems(), "", value);

/** A list as it was given, empty when it is none: that was noted before. */
export const entries = <T>(value: T[] | undefined): T[] => list(new Problems(), "", value);

/** One host as it was given. */
export const givenHost = ({ given }: Candidate, index: number): Partial<HostInputs> =>
    group(entries(given.hosts)[index]);

/** Those that are good in themselves. */
export const goodVips = ({ vip, vip6, further }: Pick<Candidate, "vip" | "vip6" | "further">): GivenVip[] => [
    ...[vip, vip6].filter((each) => each !== undefined),
    ...addressesOfVips(further).map((each) => each.vip),
];

/** Undefined, and what is no address, is none. */
export const isIpv6 = (address: string | undefined): boolean => Address.parse(address)?.family === 6;

/** Whether the VIP is in no network of machines, but announced by itself. */
export const isAlone = ({ model }: Pick<Candidate, "model">): boolean => model.announcement === "bgp";

/** A problem where an address is an edge of a VIP's network, which no machine can have. */
export function atEdge(path: Path, address: string, vip: GivenVip | undefined): Found[] {
    const alone = vip !== undefined && vip.prefixLength === ADDRESS_BITS[Address.of(vip.address).family];
    const wrong = address === "" || vip === undefined || alone ? undefined : wrongAtEdge(address, vip);
    return wrong === undefined ? [] : [[path, wrong, address]];
}

/** What stands before the settings of a listener: nothing for the Kubernetes API's, which are at the top. */
export const listenerPrefix = (index: number): string => (index === 0 ? "" : `listeners[${index - 1}].`);

/** Where the backends of a listener are. */
export const backendsPath = (index: number): Path => (index === 0 ? "apiServers" : `${listenerPrefix(index)}backends`);
