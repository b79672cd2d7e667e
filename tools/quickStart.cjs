// Makes Pulumi's Node.js runtime start in half the time; for NODE_OPTIONS=--require, since it must be there before the
// runtime is. Plain JavaScript for the same reason.
//
// The SDK loads a TypeScript compiler and npm's dependency resolver, a quarter of a second of it, to turn functions
// into text, which only programs with cloud functions in them ask for. Here both are loaded when something of them is
// used.
const Module = require("node:module");

const LATER = /(^|\/)typescript-shim$|^@npmcli\/arborist$/;
const load = Module._load;

Module._load = function (request, parent, isMain) {
    if (!LATER.test(request) || !/[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename ?? ""))
        return load.call(this, request, parent, isMain);
    let loaded;
    return new Proxy(
        {},
        {
            get: (_target, name) => {
                if (name === "__esModule") return true;
                loaded ??= load.call(Module, request, parent, isMain);
                return loaded[name];
            },
        },
    );
};

// The project's entry, program.cjs, compiles the program itself. Language hosts that do not know Pulumi.yaml's option
// `typescript` load another compiler all the same, unless this says so.
process.env.PULUMI_NODEJS_TYPESCRIPT = "false";
