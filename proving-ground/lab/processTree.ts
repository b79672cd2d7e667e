/** Processes that others have started, as the kernel tells. */
import { readdir } from "node:fs/promises";
import { readIfThere } from "./files";

/** None of a process that has ended. */
export async function childrenOf(pid: number): Promise<number[]> {
    const tasks = await readdir(`/proc/${pid}/task`).catch(() => [] as string[]);
    const lists = await Promise.all(tasks.map((task) => readIfThere(`/proc/${pid}/task/${task}/children`)));
    return lists.flatMap((list = "") => list.split(" ").map(Number).filter(Boolean));
}

/** Each before its own children. */
export async function descendantsOf(pid: number): Promise<number[]> {
    const found: number[] = [];
    for (const child of await childrenOf(pid)) found.push(child, ...(await descendantsOf(child)));
    return found;
}
