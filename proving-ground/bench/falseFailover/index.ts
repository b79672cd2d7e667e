/** How much it takes until a healthy host is thought dead. */
import { count } from "../../../tools/options";
import { part } from "../../../tools/progress";
import { benchmark } from "../benchmark";
import { pairsUp } from "../failover/machines";
import { restoreAll } from "../failover/restore";
import { chosenSetUps, pairOf } from "../failover/setups";
import { disturb, situations } from "./disturb";
import { type Disturbed, table } from "./results";

/** From the most to the least impatient. */
const SET_UPS = ["ours-fast", "ours-balanced", "ours-tolerant"];

export const falseFailover = benchmark({
    title: "how much it takes until a healthy host is thought dead",
    lab: "own",
    options: {
        seconds: count("N", "how long each disturbance lasts", { max: 600, otherwise: 30 }),
        freezes: count("N", "how often a host stands still", { max: 100, otherwise: 10 }),
    },
    measure: async (instance, { seconds, freezes }, save: (soFar: Disturbed) => Promise<void>) => {
        const pairs = chosenSetUps(SET_UPS).map((setUp) => pairOf(instance, setUp));
        await pairsUp(instance, pairs);
        await part("everything is put back", () => restoreAll(instance, pairs));
        const result: Disturbed = { date: new Date().toISOString(), outcomes: [] };
        for (const situation of situations(seconds, freezes)) {
            result.outcomes.push(...(await disturb(instance, pairs, situation)));
            await save(result);
        }
        return result;
    },
    table: ({ outcomes }) => table(outcomes),
    help: {
        about:
            "Disturbs healthy pairs with busy processes and by letting them stand still, and counts how often the " +
            "VIP moves without need; prints a table.",
        example: "npm run bench -- false-failover --seconds 15 --json g.json",
    },
});
