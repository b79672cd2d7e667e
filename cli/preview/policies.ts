/** What policies say of a preview. The preview's JSON does not have it; the engine's log of events does. */
import { z } from "zod";
import { parsedJson } from "../../components/text/json";
import { partsOfUrn } from "../../components/text/urn";
import type { Preview } from "./previewJson";

const event = z.object({
    policyEvent: z.object({
        resourceUrn: z.string().optional(),
        message: z.string(),
        policyName: z.string(),
        enforcementLevel: z.string(),
    }),
});

/**
 * Puts what is mandatory among the problems, and what is advised among the warnings. `log` has an event in each line.
 */
export function addViolations(preview: Preview, log: string): void {
    for (const line of log.split("\n").filter((each) => each.includes('"policyEvent"'))) {
        const { success, data } = event.safeParse(parsedJson(line));
        if (!success) continue;
        const { resourceUrn = "", message, policyName, enforcementLevel } = data.policyEvent;
        const { name } = partsOfUrn(resourceUrn);
        const words = withoutColours(message).trim();
        const text = `${policyName}${name === "" ? "" : ` (${name})`}: ${words}`;
        const among = enforcementLevel === "mandatory" ? preview.problems : preview.warnings;
        if (!among.includes(text)) among.push(text);
    }
    // The engine's own word on that says no more.
    if (preview.problems.length > 1) preview.problems = preview.problems.filter((text) => text !== "preview failed");
}

/** The engine's own marks. */
const withoutColours = (text: string): string => text.replace(/<\{%[^%]*%\}>/g, "");
