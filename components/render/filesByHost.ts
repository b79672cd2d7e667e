import type { Model } from "../model/model";
import { hostFiles } from "./host";

/** The files of all hosts, by host name and path: an output of the component, for review. */
export function filesByHost(model: Model): { [host: string]: { [path: string]: string } } {
    const filesOf = (host: Model["hosts"][number]) =>
        Object.fromEntries(hostFiles(model, host).map(({ path, content }) => [path, content]));
    return Object.fromEntries(model.hosts.map((host) => [host.name, filesOf(host)]));
}
