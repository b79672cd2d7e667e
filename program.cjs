// Where Pulumi enters: compiles the stack program, index.ts, as it is loaded, without checking types (`npm run check`
// does), and keeps what it compiled for the next time. Pulumi's own way does neither.
require("tsx/cjs");
module.exports = require("./index.ts");
