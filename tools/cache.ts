import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where everything that takes long to make is kept between runs and between checkouts; `npm run lab:down -- --purge`
 * removes it.
 */
export const cacheFolder = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "ha-api-load-balancer");

/** The checkout this program is part of. */
export const projectFolder = join(__dirname, "..");
