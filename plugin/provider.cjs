// What a Pulumi engine asks of the component when a program of another language makes it. The schema is the committed
// one; the component is the clone's own, in the state it is in. Plain JavaScript, since nothing is compiled before it.
const { existsSync, readFileSync, realpathSync } = require("node:fs");
const { join } = require("node:path");

const root = join(realpathSync(__dirname), "..");
const TOKEN = "ha-api-load-balancer:index:HaApiLoadBalancer";

module.exports = { serve, provider };

async function serve(words) {
    if (!existsSync(join(root, "node_modules", "@pulumi", "pulumi"))) {
        console.error(`The plugin's packages are not installed: run "npm ci" in ${root}.`);
        process.exit(1);
    }
    const { provider: host } = require("@pulumi/pulumi");
    await host.main(await provider(), words);
}

/** As Pulumi's SDK wants it. */
async function provider() {
    const { HaApiLoadBalancer } = await component();
    const schema = readFileSync(join(root, "schema.json"), "utf8");
    const { version, resources } = JSON.parse(schema);
    const outputs = Object.keys(resources[TOKEN].properties);
    return {
        version,
        schema,
        construct: (name, type, inputs, options) => {
            if (type !== TOKEN) throw new Error(`There is no ${type} in this package, only ${TOKEN}.`);
            const made = new HaApiLoadBalancer(name, inputs, options);
            return Promise.resolve({
                urn: made.urn,
                state: Object.fromEntries(outputs.map((output) => [output, made[output]])),
            });
        },
    };
}

/** The TypeScript sources in one piece, as for the stack program. */
function component() {
    const { loaded } = require("../tools/bundle.cjs");
    return loaded("components/index.ts", module);
}
