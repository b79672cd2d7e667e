import { UserError } from "../../../../tools/run";
import { apiHung, apiKilled, apiUnwell } from "./apiServers";
import { switchover, keepalivedKilled, proxyHung, proxyKilled, reload } from "./daemons";
import type { BenchEvent } from "./event";
import { cutOff, powerOff } from "./hosts";
import { allBack, lossFive, lossHalf, lossTwo } from "./network";

/** Every event, in the order they happen in a run. */
export const events: BenchEvent[] = [
    powerOff,
    cutOff,
    proxyKilled,
    proxyHung,
    keepalivedKilled,
    switchover,
    apiKilled,
    apiHung,
    apiUnwell,
    lossHalf,
    lossTwo,
    lossFive,
    allBack,
    reload,
];

/** The events of these names, all without any. */
export function chosenEvents(names: string[] | undefined): BenchEvent[] {
    return names === undefined
        ? events
        : names.map((name) => {
              const found = events.find((event) => event.name === name);
              if (found === undefined)
                  throw new UserError(
                      `There is no event "${name}"; there are: ${events.map((event) => event.name).join(", ")}.`,
                  );
              return found;
          });
}
