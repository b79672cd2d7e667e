/** What the lab offers the commands of `cli/`, which find this file by its path (see cli/lab.ts). */
import type { LabSupport } from "../../cli/lab";
import { drillEnvironmentOf } from "./drillEnvironment";
import { labEnvironment } from "./environment";
import { labInstance, labInstanceNames } from "./instance";
import { labRunning } from "./lifecycle";

export const stackEnvironment: LabSupport["stackEnvironment"] = async () => {
    const instance = labInstance("dev");
    return (await labRunning(instance)) ? labEnvironment(instance) : undefined;
};

export const drillEnvironment: LabSupport["drillEnvironment"] = async (vip) => {
    const instance = labInstanceNames
        .map((name) => labInstance(name))
        .find(({ subnet }) => vip.startsWith(`${subnet}.`));
    return instance !== undefined && (await labRunning(instance)) ? drillEnvironmentOf(instance) : undefined;
};
