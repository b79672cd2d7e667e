/**
 * The versions of Proxmox VE that what differs between them is tried with: the newest, and before a release all
 * (test/run.ts).
 */
import { DEFAULT_VERSION, type Version, VERSIONS } from "../../proving-ground/lab/proxmox/access/privileges";

/** An environment variable that says so. */
export const ALL_VERSIONS = "HA_API_TEST_PROXMOX_ALL";

export const testedVersions =
    process.env[ALL_VERSIONS] === undefined ? [DEFAULT_VERSION] : (Object.keys(VERSIONS) as Version[]);
