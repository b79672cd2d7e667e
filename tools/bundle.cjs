// A TypeScript program with all that it imports of this checkout as one piece of JavaScript, kept beside the node
// packages: half a second less than loading a hundred files one by one. Plain JavaScript, since it runs before anything
// is compiled.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const { SourceMap } = require("node:module");
const { dirname, join } = require("node:path");

const root = join(__dirname, "..");

/** What a bundle depends on besides the program's own files. */
const ALSO = ["tools/bundle.cjs", "tsconfig.json", "node_modules/esbuild/package.json"].map((path) => join(root, path));

/**
 * The program's code, the name of the file that it stands for, and its source map. Packages outside of the checkout
 * stay where they are. Throws esbuild's message, with file and line, when the program cannot be compiled.
 */
async function bundled(entry, { folder = root } = {}) {
    const file = join(folder, entry);
    // Checkouts may share their node packages.
    const name = createHash("sha256").update(file).digest("hex").slice(0, 12);
    const cached = join(folder, "node_modules", ".cache", "ha-api-load-balancer", `${name}.json`);
    const known = read(cached);
    if (known?.inputs.every((input) => same(input))) return { code: known.code, file, map: known.map };
    const { code, inputs, map } = await build(folder, file);
    keep(cached, { inputs, code, map });
    return { code, file, map };
}

/** What the program exports, run as if it were its own file; its packages are those that `parent` finds. */
async function loaded(entry, parent) {
    const { code, file, map } = await bundled(entry);
    Error.prepareStackTrace = stackOf(file, map);
    const program = new parent.constructor(file, parent);
    program.filename = file;
    program.paths = parent.paths;
    program._compile(code, file);
    return program.exports;
}

module.exports = { bundled, loaded };

/**
 * How an error's stack is written: places in the program as they are in its own files. Pulumi's runtime has a package
 * do that, which knows no program that is in memory only, and reads the maps of the SDK's files for the stacks that the
 * SDK makes for each resource, of errors without a message: 0.3 s of each run.
 */
function stackOf(file, map) {
    let sources;
    const asWritten = (place) => {
        const [before, after] = place.split(`${file}:`);
        const [whole, line, column] = /^(\d+):(\d+)/.exec(after ?? "") ?? [];
        if (whole === undefined) return place;
        sources ??= new SourceMap(JSON.parse(map));
        const { originalSource, originalLine, originalColumn } = sources.findEntry(line - 1, column - 1);
        if (originalSource === undefined) return place;
        const original = `${join(dirname(file), originalSource)}:${originalLine + 1}:${originalColumn + 1}`;
        return before + original + after.slice(whole.length);
    };
    return (error, frames) => {
        const places = frames.map(String);
        return [String(error), ...(error.message === "" ? places : places.map(asWritten))].join("\n    at ");
    };
}

/** Undefined for nothing, and for what is no bundle. */
function read(path) {
    try {
        const known = JSON.parse(readFileSync(path, "utf8"));
        return Array.isArray(known.inputs) && typeof known.code === "string" && typeof known.map === "string"
            ? known
            : undefined;
    } catch {
        return undefined;
    }
}

/** Modification time, too: an editor may write as many characters as there were. */
const stamp = (path) => {
    const { mtimeMs, size } = statSync(path);
    return { path, mtimeMs, size };
};

function same({ path, mtimeMs, size }) {
    try {
        const now = stamp(path);
        return now.mtimeMs === mtimeMs && now.size === size;
    } catch {
        return false;
    }
}

async function build(folder, file) {
    const began = Date.now();
    const { build: bundle } = require("esbuild");
    const { outputFiles, metafile } = await withoutConfiguration(() =>
        bundle({
            entryPoints: [file],
            absWorkingDir: folder,
            outfile: `${file}.js`,
            bundle: true,
            platform: "node",
            target: "node20",
            packages: "external",
            sourcemap: "external",
            sourcesContent: false,
            metafile: true,
            write: false,
            logLevel: "silent",
            plugins: [ownFolders, manyFiles],
        }),
    );
    const inputs = [...Object.keys(metafile.inputs).map((path) => join(folder, path)), ...ALSO].map(stamp);
    // What changes while it is read is read again the next time.
    const settled = inputs.filter(({ mtimeMs }) => mtimeMs < began);
    const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text;
    return { code: text(".js"), map: text(".map"), inputs: settled.length === inputs.length ? inputs : [{ path: "" }] };
}

/** Pulumi tells a program its configuration, secrets and all, by its environment, which other programs would inherit. */
function withoutConfiguration(start) {
    const { PULUMI_CONFIG: configuration } = process.env;
    delete process.env.PULUMI_CONFIG;
    try {
        return start();
    } finally {
        if (configuration !== undefined) process.env.PULUMI_CONFIG = configuration;
    }
}

/** Files that read others beside them find these where they are. */
const ownFolders = {
    name: "own folders",
    setup: ({ onLoad }) =>
        onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, "utf8");
            if (!/\b__dirname\b/.test(text)) return undefined;
            return { contents: `const __dirname = ${JSON.stringify(dirname(path))}; ${text}`, loader: "ts" };
        }),
};

/** Packages that are a hundred files each: looking for them takes longer than what is in them. */
const manyFiles = {
    name: "packages of many files",
    setup: ({ onResolve }) => onResolve({ filter: /^(zod|yaml)$/ }, ({ path }) => ({ path: require.resolve(path) })),
};

/** Of two runs at once each leaves a whole file; a checkout that cannot be written to is bundled each time. */
function keep(path, content) {
    const draft = `${path}.${process.pid}`;
    try {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(draft, JSON.stringify(content));
        renameSync(draft, path);
    } catch {
        // The next run bundles it again.
    }
}
