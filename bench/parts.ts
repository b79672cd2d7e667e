/** The parts of the benchmarks, by name. Each has a folder of its own. */
import { dataPath, settings, watches } from "./dataPath";
import { changes, deploy } from "./deploy";
import { failover } from "./failover";
import { failoverTable } from "./failoverTable";
import { hosts, services } from "./growth";
import { type AnyPart, part } from "./part";
import { setUp } from "./setUp";

export const parts: Record<string, AnyPart> = {
    failover: part({ about: "gaps that a client sees when a host or a daemon fails", runs: 10, measure: failover, table: failoverTable }),
    deploy, changes, hosts, services, dataPath, settings, watches, setUp,
};
