// Where Pulumi enters: index.ts with all that it imports as one piece of JavaScript, built again only when a file of it
// changed, and without checking types (`npm run check` does). Pulumi's own way compiles each file at each run.
const { loaded } = require("./tools/bundle.cjs");

module.exports = () => loaded("index.ts", module);
