/**
 * A pair that Pulumi's own command plugin takes over from the stand-in, and one that it makes from nothing. The plugin
 * comes from who calls (`npm run test:release -- --command-plugin FILE`): where it can be downloaded, all other tests
 * use it anyway.
 */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ensureToolchain } from "../../proving-ground/toolchain";
import { pluginPins } from "../../proving-ground/toolchain/versions";
import { needsLab } from "../lab/machines/support";
import {
    address,
    answersAtVip,
    existingMachines,
    observedDuring,
    onHost,
    seconds,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    waitForSingleMaster,
} from "../lab/stack/support";

const OFFICIAL = process.env["HA_API_TEST_COMMAND_PLUGIN"];
const [first] = existingMachines as [(typeof existingMachines)[0]];

(OFFICIAL === undefined ? describe.skip : describe)("a pair in the hands of the official command plugin", function () {
    this.timeout(600_000);
    this.bail(true);
    const stack = new Stack("test-official");
    const config = { ...twoExistingMachines(), apiServers: [51, 52].map(address) };
    let standIns: string;
    let home: string;

    before(async function () {
        this.timeout(600_000);
        await needsLab(this);
        await startExistingMachines(existingMachines);
        await stack.create(config);
        standIns = (await ensureToolchain()).environment["PULUMI_HOME"]!;
        home = await mkdtemp(join(tmpdir(), "ha-api-official-"));
        await homeWithOfficial();
        await stack.up();
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(existingMachines);
        if (home !== undefined) await rm(home, { recursive: true });
    });

    /** A PULUMI_HOME like that of the stand-ins but for the one plugin. */
    async function homeWithOfficial(): Promise<void> {
        const plugins = join(home, "plugins");
        const { name, version } = pluginPins().find((pin) => pin.name === "command")!;
        const own = `resource-${name}-v${version}`;
        await mkdir(join(plugins, own), { recursive: true });
        await symlink(resolve(OFFICIAL!), join(plugins, own, `pulumi-resource-${name}`));
        for (const each of await readdir(join(standIns, "plugins")))
            if (each !== own) await symlink(join(standIns, "plugins", each), join(plugins, each));
    }

    const use = (pulumiHome: string): void => {
        stack.environment["PULUMI_HOME"] = pulumiHome;
    };

    it("has nothing to change in what the stand-in deployed, nor after a refresh", async () => {
        use(home);
        await stack.must("preview", "--expect-no-changes");
        await stack.up("--expect-no-changes");
        await stack.up("--refresh", "--expect-no-changes");
    });

    it("takes an added API server into service without a failed request or a broken watch", async () => {
        await stack.configure(twoExistingMachines());
        const seen = await observedDuring(async () => {
            await seconds(1);
            assert.match((await stack.up()).output, /4 updated/);
            await seconds(2);
        });
        assert.deepEqual([seen.failed, seen.watchBreaks], [0, 0], JSON.stringify(seen));
        assert.match(
            await onHost(first.address, "cat /etc/nginx/nginx.conf"),
            new RegExp(`server ${address(53)}:6443`),
        );
        await stack.up("--expect-no-changes");
    });

    it("says why a directive is refused, and the hosts keep serving with the old configuration", async () => {
        const before = await onHost(first.address, "sudo sha256sum /etc/nginx/nginx.conf");
        await stack.configure({ ...twoExistingMachines(), nginx: { extraConfiguration: "no_such_directive on;" } });
        const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
        assert.notEqual(status, 0);
        assert.match(output, /unknown directive "no_such_directive" in \/etc\/nginx\/nginx.conf:\d+/);
        assert.equal(await onHost(first.address, "sudo sha256sum /etc/nginx/nginx.conf"), before);
        await stack.configure(twoExistingMachines());
        await stack.up();
        await stack.up("--expect-no-changes");
        await answersAtVip();
    });

    it("leaves a stack in which the stand-in has nothing to change either", async () => {
        use(standIns);
        await stack.up("--expect-no-changes");
        use(home);
    });

    it("is destroyed by it, made from nothing and then without a change", async () => {
        await stack.must("destroy", "--yes", "--skip-preview");
        assert.equal(
            await onHost(first.address, "ls -d /etc/keepalived /usr/local/libexec/ha-api 2> /dev/null; true"),
            "",
        );
        await stack.up();
        await waitForSingleMaster();
        await answersAtVip();
        await stack.up("--expect-no-changes");
    });
});
