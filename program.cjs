// Where Pulumi enters: index.ts with all that it imports as one piece of JavaScript, built again only when a file of it
// changed, and without checking types (`npm run check` does). Pulumi's own way compiles each file at each run.
const { bundled } = require("./tools/bundle.cjs");

module.exports = async () => {
    const { code, file } = await bundled("index.ts");
    // An error names the line as it is written.
    process.setSourceMapsEnabled(true);
    const program = new module.constructor(file, module);
    program.filename = file;
    program.paths = module.paths;
    program._compile(code, file);
    return program.exports;
};
