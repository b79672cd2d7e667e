/**
 * How much of what differs little is tried: in CI the first of each kind, and all before a release (test/run.ts).
 */
import { DEFAULT_VERSION, type Version, VERSIONS } from "../proving-ground/lab/proxmox/access/privileges";

/** An environment variable that says all. */
export const ALL = "HA_API_TEST_ALL";

const all = process.env[ALL] !== undefined;

/** The first, or all before a release. */
export const some = <T>(of: readonly T[]): readonly T[] => (all ? of : of.slice(0, 1));

/** Declares a test that is run before a release only. */
export function itBeforeRelease(title: string, test: () => Promise<void>): void {
    if (all) it(title, test);
}

/** The versions of Proxmox VE that what differs between them is tried with. */
export const testedVersions = some([
    DEFAULT_VERSION,
    ...(Object.keys(VERSIONS) as Version[]).filter((version) => version !== DEFAULT_VERSION),
]);

/** Some that are spread over the whole, or all by `npm run test:faults`. */
export const spreadOver = <T>(of: readonly T[], few: number): readonly T[] =>
    all ? of : Array.from({ length: few }, (_, index) => of[Math.floor(((index + 0.5) * of.length) / few)]!);

/** How many of so many generated cases are tried: in CI a fiftieth, and all by `npm run test:faults`. */
export const cases = (of: number): number => (all ? of : Math.ceil(of / 50));
