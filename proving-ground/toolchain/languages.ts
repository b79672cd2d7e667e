/** The toolchain for programs in other languages than TypeScript. */
import { delimiter, dirname, join } from "node:path";
import { cacheFolder } from "../../tools/cache";
import { buildFromGo } from "./goBuild";
import { ensureToolchain, type Toolchain } from "./index";
import { languageHosts } from "./recipes/languages";

/** The same toolchain; a CLI that was built has no other language hosts beside it, so that they are built too. */
export async function ensureLanguages(): Promise<Toolchain> {
    const toolchain = await ensureToolchain();
    if (toolchain.origin !== "Go modules") return toolchain;
    const built = await buildFromGo(join(cacheFolder, "toolchain"), languageHosts);
    const folders = new Set(Object.values(built).map((binary) => dirname(binary)));
    const { PATH } = toolchain.environment;
    return { ...toolchain, environment: { ...toolchain.environment, PATH: [PATH, ...folders].join(delimiter) } };
}
