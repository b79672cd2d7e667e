/** Previews as the real engine printed them (recorded/), and the comment on one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commentOf, titleOf } from "../../../cli/preview/comment";
import { type Mask, maskFor } from "../../../cli/preview/mask";
import { type Preview, readPreview } from "../../../cli/preview/previewJson";

/**
 * Of `pulumi preview --json`, less what the commands do not read: two VMs (stack "vms") or two machines that were there
 * before (stack "machines"), and one input that was changed.
 */
export const recordedFile = (name: string): string => join(__dirname, "recorded", `${name}.json`);

export const recordedText = (name: string): string => readFileSync(recordedFile(name), "utf8");

export const recorded = (name: string): Preview => readPreview(recordedText(name), name);

export function commentOn(preview: Preview, mask: Mask = maskFor({})): string {
    return commentOf(preview, { title: titleOf(preview) ?? "p/s", mask, failed: false });
}

/** The recorded preview with texts replaced wherever they are. */
export function recordedWith(name: string, replacements: Record<string, string>): Preview {
    const text = Object.entries(replacements).reduce(
        (rest, [from, to]) => rest.replaceAll(from, JSON.stringify(to).slice(1, -1)),
        recordedText(name),
    );
    return readPreview(text, name);
}
