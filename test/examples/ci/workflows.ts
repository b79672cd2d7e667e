/** The files of examples/ci, as they are written. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectFolder } from "../../../tools/cache";

export interface Step {
    name?: string;
    run?: string;
    uses?: string;
    with?: Record<string, string | number | boolean>;
    if?: string;
    env?: Record<string, string>;
}

export interface Job {
    if?: string;
    permissions?: Record<string, string>;
    environment?: string;
    env?: Record<string, string>;
    steps: Step[];
}

export interface Workflow {
    on: Record<string, unknown>;
    permissions: Record<string, string>;
    concurrency: { group: string; "cancel-in-progress": boolean };
    jobs: Record<string, Job>;
}

export const githubFolder = join(projectFolder, "examples", "ci", "github");
export const githubFiles = readdirSync(githubFolder);

export const workflow = (file: string): Workflow => parse(readFileSync(join(githubFolder, file), "utf8")) as Workflow;

/** Each has one. */
export const jobOf = (file: string): Job => Object.values(workflow(file).jobs)[0]!;

export const gitlab = parse(
    readFileSync(join(projectFolder, "examples", "ci", "gitlab", ".gitlab-ci.yml"), "utf8"),
) as Record<string, { script: string[]; rules: { if: string }[]; resource_group?: string }>;
