/**
 * Every set-up that can be compared, and where its machines are. The order decides about addresses, so new ones come
 * last.
 */
import { address6Of, type LabInstance, pairAddresses, PAIRS } from "../../../lab/instance";
import { DEFAULT_RELEASE } from "../../../lab/release";
import { UserError } from "../../../../tools/run";
import { guides, guideSetUp } from "./guides";
import { ourCrossed, ourDualStack, ourOlder, ourPast, ours, ourSetUp } from "./ours";
import type { Pair, SetUp } from "./setUp";

export const setUps: SetUp[] = [
    ...ours.map(ourSetUp),
    ...guides.map(guideSetUp),
    ourSetUp(ourPast),
    ourSetUp(ourOlder),
    ourSetUp(ourDualStack),
    ourSetUp(ourCrossed),
];

/** Machines of pairs have ids from here up: none that the fake Proxmox gives out. */
const FIRST_ID = 9910;

export function pairOf(instance: LabInstance, setUp: SetUp): Pair {
    const n = setUps.indexOf(setUp);
    const { vip, hosts } = pairAddresses(instance, n);
    const machine = (index: 0 | 1) => ({
        id: FIRST_ID + 2 * n + index,
        name: `${setUp.name}-${index + 1}`,
        address: hosts[index],
        release: setUp.release ?? DEFAULT_RELEASE,
        ...(setUp.secondVip?.kind === "ipv6" ? { families: "both" as const } : {}),
    });
    return {
        setUp,
        vip,
        ...(setUp.secondVip === undefined ? {} : { secondVip: secondVipOf(instance, setUp.secondVip.kind, vip) }),
        routerId: Number(vip.split(".")[3]),
        machines: [machine(0), machine(1)],
    };
}

/** One of the API servers' certificates too, which no pair has as its first. */
const secondVipOf = (instance: LabInstance, kind: "ipv6" | "crossed", vip: string): string =>
    kind === "ipv6" ? address6Of(instance, vip) : pairAddresses(instance, PAIRS - 1).vip;

/** The set-ups of these names, all without any. */
export function chosenSetUps(names: string[] | undefined): SetUp[] {
    return names === undefined
        ? setUps
        : names.map((name) => {
              const found = setUps.find((setUp) => setUp.name === name);
              if (found === undefined)
                  throw new UserError(
                      `There is no set-up "${name}"; there are: ${setUps.map((setUp) => setUp.name).join(", ")}.`,
                  );
              return found;
          });
}
