// Second half of `npm run build`: the compiler leaves out what is not TypeScript. The component reads the parts of its
// host programs at run time, and the drill those it runs on hosts.
const { cpSync, readdirSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const folders = [join("components", "host"), join("cli", "drill", "programs")];
const isPart = (name) => /\.(?:sh|pl|pm)$/.test(name);
const partsIn = (folder) => readdirSync(folder, { recursive: true }).filter(isPart);

for (const folder of folders)
    for (const name of partsIn(join(root, folder))) cpSync(join(root, folder, name), join(root, "dist", folder, name));
