/**
 * The way from the commands to the lab of the proving ground. It is looked up by its path, and only on a machine that
 * has a lab: the commands work the same in a checkout without the proving ground.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LAB_FOLDER } from "../shared/labFolder";
import { projectFolder } from "../tools/cache";
import { exists } from "../tools/exists";
import type { DrillEnvironment } from "./drill/environment";

/** What `proving-ground/lab/commandSupport.ts` exports. */
export interface LabSupport {
    /** The environment in which pulumi works on the lab of `npm run lab`; undefined when that lab is not up. */
    stackEnvironment(): Promise<Record<string, string> | undefined>;
    /** Of the running lab in whose network the VIP is; undefined when there is none. */
    drillEnvironment(vip: string): Promise<DrillEnvironment | undefined>;
}

const SUPPORT = join(projectFolder, "proving-ground", "lab", "commandSupport.ts");

/** Undefined where this machine has no lab. */
export async function labSupport(): Promise<LabSupport | undefined> {
    if (!(await exists(LAB_FOLDER)) || !(await exists(SUPPORT))) return undefined;
    return (await import(pathToFileURL(SUPPORT).href)) as LabSupport;
}
