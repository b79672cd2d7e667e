// Second half of `npm run build`: the compiler leaves out what is not TypeScript, and the component reads the parts of its
// host programs at run time.
const { cpSync, readdirSync, rmSync } = require("node:fs");
const { join } = require("node:path");

const host = join("components", "host");
const root = join(__dirname, "..");
const isPart = (name) => /\.(?:sh|pl|pm)$/.test(name);
const partsIn = (folder) => readdirSync(folder, { recursive: true }).filter(isPart);

// A program that was removed is not in the package any more.
for (const name of partsIn(join(root, "dist", host))) rmSync(join(root, "dist", host, name));
for (const name of partsIn(join(root, host))) cpSync(join(root, host, name), join(root, "dist", host, name));
