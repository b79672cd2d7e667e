/**
 * Every set-up that can be compared, and where its machines are. The order decides about addresses, so new ones come
 * last.
 */
import { address6Of, type LabInstance, pairAddresses } from "../../../lab/instance";
import { DEFAULT_RELEASE } from "../../../lab/release";
import { UserError } from "../../../../tools/run";
import { guides, guideSetUp } from "./guides";
import { ourDualStack, ourOlder, ourPast, ours, ourSetUp } from "./ours";
import type { Pair, SetUp } from "./setUp";

export const setUps: SetUp[] = [
    ...ours.map(ourSetUp),
    ...guides.map(guideSetUp),
    ourSetUp(ourPast),
    ourSetUp(ourOlder),
    ourSetUp(ourDualStack),
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
        ...(setUp.ipv6 === undefined ? {} : { families: "both" as const }),
    });
    return {
        setUp,
        vip,
        ...(setUp.ipv6 === undefined ? {} : { vip6: address6Of(instance, vip) }),
        routerId: Number(vip.split(".")[3]),
        machines: [machine(0), machine(1)],
    };
}

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
