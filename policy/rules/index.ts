import type { Rule } from "../rule";
import { apiServers } from "./apiServers";
import { differentNodes } from "./differentNodes";
import { plainTextSecrets } from "./plainTextSecrets";
import { protectedMachines } from "./protectedMachines";
import { routerIds } from "./routerIds";
import { secureEndpoint } from "./secureEndpoint";
import { sharedNodes } from "./sharedNodes";

/** All rules, those that refuse first. */
export const RULES = [
    differentNodes,
    plainTextSecrets,
    secureEndpoint,
    routerIds,
    apiServers,
    sharedNodes,
    protectedMachines,
] as unknown as readonly Rule[];
