/** What a fault came to, in a sentence or two, for people who read nothing else. */
import { type FaultRun, type Figures } from "../figures";
import { milliseconds } from "../../../shared/report/duration";

export function headline(
    { fault }: Pick<FaultRun, "fault">,
    { outage, return: back, moves, splitBrain, lasted }: Figures,
): string {
    const first = moves[0];
    const vip =
        first === undefined
            ? "The VIP stayed where it was."
            : `The VIP moved from ${first.from} to ${first.to} after ${milliseconds(first.after)}${
                  moves.length > 1
                      ? `, and ${moves
                            .slice(1)
                            .map(({ to, after }) => `to ${to} after ${milliseconds(after)}`)
                            .join(", ")}`
                      : ""
              }.`;
    const gap =
        outage.longestGap > 0
            ? `New connections were without an answer for ${milliseconds(outage.longestGap)} at the longest`
            : "Every new connection was answered";
    const bad = [
        outage.failed > 0 ? `${outage.failed} failed` : "",
        outage.delayed > 0 ? `${outage.delayed} delayed` : "",
    ]
        .filter(Boolean)
        .join(", ");
    const counts = bad === "" ? "" : ` (${bad} of ${outage.requests})`;
    const noGap = fault.recovery === "reverted" || back.requests > 0 ? " No gap on return." : "";
    const returned =
        back.longestGap > 0 ? ` On return, from ${milliseconds(lasted)} on: ${milliseconds(back.longestGap)}.` : noGap;
    return `${gap}${counts}. ${vip}${returned}${held(fault, splitBrain)}`;
}

/** A host that is cut off does no harm with the address. */
function held({ recovery }: FaultRun["fault"], splitBrain: number): string {
    if (splitBrain === 0) return "";
    return recovery === "timer"
        ? ` The host that was cut off kept the address for another ${milliseconds(splitBrain)}.`
        : ` Two hosts held it for ${milliseconds(splitBrain)}.`;
}
