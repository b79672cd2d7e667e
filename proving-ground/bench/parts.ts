/** The parts of the benchmarks, by name. Each has a folder of its own. */
import { dataPath, settings, watches } from "./dataPath";
import { changes, deploy } from "./deploy";
import { hosts, services } from "./growth";
import type { AnyPart } from "./part";
import { releases } from "./releases";
import { setUp } from "./setUp";
import { unnoticed } from "./unnoticed";

export const parts: Record<string, AnyPart> = {
    deploy,
    changes,
    hosts,
    services,
    dataPath,
    settings,
    watches,
    setUp,
    unnoticed,
    releases,
};
