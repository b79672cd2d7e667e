// Second half of `npm run build`: the compiler leaves out what is not TypeScript, and the component reads its shell
// programs at run time.
const { cpSync, rmSync } = require("node:fs");
const { join } = require("node:path");

const scripts = join("components", "host", "scripts");
const root = join(__dirname, "..");
// Anew, so that a program that was removed is not in the package any more.
rmSync(join(root, "dist", scripts), { recursive: true, force: true });
cpSync(join(root, scripts), join(root, "dist", scripts), { recursive: true });
