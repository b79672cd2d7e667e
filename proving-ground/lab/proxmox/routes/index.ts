/** Every call the fake server knows. A new file of routes is added here; a new call goes into one of them. */
import type { Routes } from "../api";
import { accessRoutes } from "./access";
import { agentRoutes } from "./agent";
import { cloneRoutes } from "./clone";
import { clusterRoutes } from "./cluster";
import { configurationRoutes } from "./configuration";
import { datacenterRoutes } from "./datacenter";
import { firewallRoutes } from "./firewall";
import { highAvailabilityRoutes } from "./highAvailability";
import { migrateRoutes } from "./migrate";
import { moveDiskRoutes } from "./moveDisk";
import { poolRoutes } from "./pools";
import { powerRoutes } from "./power";
import { qemuRoutes } from "./qemu";
import { storageRoutes } from "./storage";
import { taskRoutes } from "./tasks";

export const ROUTES: Routes[] = [
    accessRoutes,
    agentRoutes,
    cloneRoutes,
    clusterRoutes,
    configurationRoutes,
    datacenterRoutes,
    firewallRoutes,
    highAvailabilityRoutes,
    migrateRoutes,
    moveDiskRoutes,
    poolRoutes,
    powerRoutes,
    qemuRoutes,
    storageRoutes,
    taskRoutes,
];
