/** One comment for each stack, updated at every preview: found again by its first line. */
import { type Comment, type Hosting, Refused } from "./hosting";

/** A pull request with more comments than this gets a new one. */
const MOST_PAGES = 50;

export interface Posted {
    what: "created" | "updated";
    url: string;
}

export async function post(hosting: Hosting, marker: string, body: string): Promise<Posted> {
    for (const { id } of await found(hosting, marker)) {
        try {
            return { what: "updated", url: await hosting.update(id, body) };
        } catch (error) {
            // Somebody else's, who copied it; or it was deleted meanwhile.
            if (!(error instanceof Refused) || ![403, 404].includes(error.httpStatus)) throw error;
        }
    }
    return { what: "created", url: await hosting.create(body) };
}

async function found({ page, pageSize }: Hosting, marker: string): Promise<Comment[]> {
    const all: Comment[] = [];
    for (let number = 1; number <= MOST_PAGES; number += 1) {
        const comments = await page(number);
        all.push(...comments.filter(({ body }) => body.startsWith(marker)));
        if (comments.length < pageSize) break;
    }
    return all;
}
