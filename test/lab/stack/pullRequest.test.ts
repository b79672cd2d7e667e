/**
 * A team's way, from the template to a change in production: `pulumi up` of the repository that docs/environments.md
 * makes, a pull request that the jobs of examples/ci preview, its deployment, and the drift that they find. With the
 * real engine and real hosts; what stands in for the hosting service is in test/examples/ci.
 *
 * What a preview says of the risk is compared with what then happens: to clients, and to the services on the hosts.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { labEnvironment } from "../../../proving-ground/lab/environment";
import { checkersOf, ensureImage } from "../../../proving-ground/lab/hypervisor/image";
import { startLab } from "../../../proving-ground/lab/lifecycle";
import { RELEASES } from "../../../proving-ground/lab/release";
import { Hosting, pushed } from "../../examples/ci/hosting";
import type { Ran } from "../../examples/ci/runJob";
import { Team } from "../../examples/team";
import { needsLab } from "../machines/support";
import { address, answersAtVip, instance, observedDuring } from "./support";

type Settings = Record<string, unknown>;

const HOSTS = { "prod-vrrp1": address(101), "prod-vrrp2": address(102) };

describe("a change by pull request, in a team's repository made from the template", function () {
    this.timeout(300_000);
    this.bail(true);
    const passphrase = randomUUID();
    let token: string;
    let team: Team;
    let hosting: Hosting;
    /** All that the jobs have shown or kept. */
    const shown: string[] = [];

    before(async function () {
        this.timeout(900_000);
        await needsLab(this);
        await startLab(instance);
        const daemons = await ensureImage(checkersOf(RELEASES[0]));
        token = (await labEnvironment(instance))["PROXMOX_VE_API_TOKEN"]!;
        team = await Team.create({ PULUMI_CONFIG_PASSPHRASE: passphrase, PROXMOX_VE_INSECURE: "true" });
        await team.makeRepository();
        await putHere();
        await team.run(team.printed("pulumi login"));
        await team.run(
            team.stackCommands("prod", (line) => !line.startsWith("pulumi preview")),
            token,
        );
        await team.run(team.printed("examples/ci/github/*.yaml"));
        await team.run(team.printed("git commit"));
        const root = join(team.reader.folder, "hosting");
        await mkdir(root);
        const { PULUMI_CONFIG_PASSPHRASE: _1, PULUMI_BACKEND_URL: backend, ...runner } = team.reader.environment;
        hosting = new Hosting(root, runner, {
            "secrets.PULUMI_CONFIG_PASSPHRASE": passphrase,
            "vars.PULUMI_BACKEND_URL": backend!,
        });
        await hosting.start(team.repository, daemons);
    });
    after(async () => {
        await hosting?.stop();
        await team?.reader.remove();
    });

    /** The page's four files, with the addresses of the lab. */
    async function putHere(): Promise<void> {
        await edited("Pulumi.yaml", (text) =>
            text.replace("https://pve1.example.com:8006", `https://${instance.gateway}:${instance.proxmoxPort}`),
        );
        await edited("Pulumi.prod.yaml", (text) =>
            text
                .replaceAll("10.30.100.", `${instance.subnet}.`)
                .replace("vlanId: 100", `nameservers: [${instance.gateway}]`),
        );
    }

    async function edited(name: string, change: (text: string) => string): Promise<void> {
        const path = join(team.repository, name);
        await writeFile(path, change(await readFile(path, "utf8")));
    }

    /** Production's settings with others among them, as somebody edits the file. */
    const set = (over: Settings): Promise<void> =>
        edited("Pulumi.prod.yaml", (text) => {
            const { config, ...rest } = parse(text) as { config: Settings };
            for (const [key, value] of Object.entries(over)) config[`kube-api:${key}`] = value;
            return stringify({ ...rest, config });
        });

    async function job(ran: Promise<Ran>): Promise<Ran> {
        const { log } = await ran;
        shown.push(log);
        return ran;
    }

    async function wentWell(ran: Promise<Ran>): Promise<string> {
        const { succeeded, failed, log } = await job(ran);
        assert.ok(succeeded, `${failed}:\n${log}\n${hosting.api.comments.map(({ body }) => body).join("\n")}`);
        return log;
    }

    async function onHost(name: keyof typeof HOSTS, command: string): Promise<string> {
        const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes"];
        const words = ["-i", join(team.repository, "prod.key"), ...options.flatMap((each) => ["-o", each])];
        const { stdout } = await promisify(execFile)("ssh", [...words, `ops@${HOSTS[name]}`, command]);
        return stdout.trim();
    }

    /** Which host is master since when, and the daemons' first processes. */
    async function asItIs(): Promise<{ vrrp: string; processes: string }> {
        const { hosts } = JSON.parse(await team.run("npm run -s status -- --stack prod --json")) as {
            hosts: { name: string; state: string; since: number }[];
        };
        const processes = await Promise.all(
            (["prod-vrrp1", "prod-vrrp2"] as const).map((name) =>
                onHost(name, "systemctl show --property MainPID --value nginx keepalived"),
            ),
        );
        return {
            vrrp: hosts.map(({ name, state, since }) => `${name} ${state} since ${since}`).join(", "),
            processes: processes.join(", "),
        };
    }

    const comment = (): string => hosting.api.comments[0]!.body;

    it("is deployed by `pulumi up` of the template's program, and answers at the VIP", async function () {
        this.timeout(600_000);
        await team.run(
            team
                .printed("pulumi up --stack dev")
                .replace(/\bdev\b/g, "prod")
                .replace("pulumi up", "pulumi up --yes"),
        );
        await answersAtVip();
    });

    const firstChange = { number: 1, head: "" };
    it("gets a comment on the pull request: what happens on which host, and that the daemons take it", async () => {
        await set({ apiServers: [51, 52].map(address) });
        firstChange.head = await pushed(team.repository, "fewer-servers", "Two API servers");
        const log = await wentWell(hosting.previewed(firstChange));
        assert.match(log, /prod-vrrp1: nginx accepts its configuration/);
        assert.match(log, /prod-vrrp2: keepalived accepts its configuration/);
        assert.deepEqual(
            hosting.api.calls().filter((call) => !call.startsWith("GET")),
            ["POST /repos/team/kube-api/issues/1/comments"],
        );
        assert.match(comment(), /^### Preview of `kube-api\/prod`: proxy reloaded$/m);
        assert.match(comment(), new RegExp(`^-\\s+server ${address(53)}:6443 max_fails=0;$`, "m"));
        assert.match(comment(), /\/etc\/nginx\/nginx\.conf on both hosts/);
        assert.doesNotMatch(comment(), /keepalived\.conf/);
    });

    it("has that comment kept up to date by a second push", async () => {
        await set({ vrrp: { profile: "balanced" } });
        firstChange.head = await pushed(team.repository, "fewer-servers", "Less tolerant");
        await wentWell(hosting.previewed(firstChange));
        assert.equal(hosting.api.comments.length, 1);
        assert.equal(hosting.api.calls().at(-1), "PATCH /repos/team/kube-api/issues/comments/1000");
        assert.match(comment(), /^### Preview of `kube-api\/prod`: proxy reloaded$/m);
        assert.match(comment(), /keepalived reloaded/);
        assert.match(comment(), new RegExp(`Of \`${firstChange.head}\``));
    });

    it("is deployed as it was reviewed, and what was to stay in place does: no request is lost", async () => {
        const before = await asItIs();
        await hosting.merge(firstChange);
        let log = "";
        const seen = await observedDuring(async () => (log = await wentWell(hosting.deployed())));
        assert.match(log, /Nothing is new since the review: 4 operations/);
        assert.deepEqual([seen.failed, seen.watchBreaks], [0, 0], JSON.stringify(seen));
        assert.deepEqual(await asItIs(), before, "no daemon was restarted, and the VIP has not moved");
        assert.match(await onHost("prod-vrrp1", "cat /etc/nginx/nginx.conf"), new RegExp(address(52)));
        assert.doesNotMatch(await onHost("prod-vrrp1", "cat /etc/nginx/nginx.conf"), new RegExp(address(53)));
        await answersAtVip();
    });

    const secondChange = { number: 2, head: "" };
    it("says of another engine that the VIP moves", async () => {
        await edited("index.ts", (text) =>
            text.replace(
                "        vrrp: config",
                '        engine: config.get<"nginx" | "haproxy">("engine"),\n        vrrp: config',
            ),
        );
        await set({ engine: "haproxy" });
        secondChange.head = await pushed(team.repository, "haproxy", "HAProxy");
        hosting.api.comments = [];
        const log = await wentWell(hosting.previewed(secondChange));
        assert.match(log, /prod-vrrp1: haproxy accepts its configuration/);
        assert.match(comment(), /^### Preview of `kube-api\/prod`: VIP moves$/m);
        assert.match(comment(), /nginx stopped for good, after the VIP has left/);
    });

    it("is refused where something is to be changed that nobody has reviewed, and nothing is changed", async () => {
        const reviewed = await hosting.merge(secondChange);
        await set({ virtualMachines: { template: { vmId: 9000, node: "pve1" }, memory: 768, datastore: "local-lvm" } });
        await pushed(team.repository, "main-with-more", "More");
        const before = await asItIs();
        await hosting.withMore(reviewed, "main-with-more");
        const { failed, log } = await job(hosting.deployed());
        assert.equal(failed, "Nothing new since the review", log);
        assert.match(log, /Not in the preview that was reviewed:\n(?:\s+- .*\n)*\s+- update kube-api-prod-vrrp1-vm /);
        assert.deepEqual(await asItIs(), before);
        await hosting.without();
    });

    it("moves the VIP when it was said to", async () => {
        const { vrrp: before } = await asItIs();
        const log = await wentWell(hosting.deployed());
        assert.match(log, /Nothing is new since the review/);
        const { vrrp: after } = await asItIs();
        for (const name of Object.keys(HOSTS)) {
            const since = new RegExp(`${name} \\w+ since \\d+`);
            assert.notEqual(since.exec(after)![0], since.exec(before)![0], after);
        }
        assert.equal(await onHost("prod-vrrp1", "systemctl is-active haproxy"), "active");
        await answersAtVip();
    });

    it("is looked after every night: no drift, then an edit by hand, for which an issue is opened", async () => {
        await wentWell(hosting.drifted());
        assert.deepEqual(await hosting.issues(), []);
        await onHost("prod-vrrp2", "echo '# by hand' | sudo tee --append /etc/haproxy/haproxy.cfg > /dev/null");
        const { failed, log } = await job(hosting.drifted());
        assert.equal(failed, "Files that were edited by hand", log);
        assert.match(log, /prod-vrrp2: \/etc\/haproxy\/haproxy\.cfg: \w+[\s\S]*# by hand/);
        const [issue, ...others] = await hosting.issues();
        assert.match(issue!, /^issue create .*--title Drift of prod/);
        assert.deepEqual(others, []);
    });

    it("shows no secret in a comment, in what is kept of a preview, or in a log", async () => {
        const key = await readFile(join(team.repository, "prod.key"), "utf8");
        const secrets = [
            ...key.split("\n").filter((line) => line.length > 40 && !line.startsWith("-----")),
            token.replace(/^.*=/, ""),
            passphrase,
        ];
        assert.ok(secrets.length > 3 && secrets.every((secret) => secret.length > 30), "nothing short");
        const all = [...shown, ...hosting.api.requests.map(({ body }) => body), ...(await hosting.kept())];
        assert.ok(all.length > 10, "what was shown is there");
        for (const text of all) for (const secret of secrets) assert.ok(!text.includes(secret), text.slice(0, 200));
    });
});
