// Where Pulumi enters: compiles index.ts as it is loaded, without checking types (`npm run check` does).
require("tsx/cjs");
module.exports = require("./index.ts");
