/** What each host of a preview will get, and the tests that its services declare for it. */
import { type Manifest, readManifest } from "../preview/manifest";
import { placeOf } from "../preview/hostChanges";
import { type Preview, SECRET, textInput } from "../preview/previewJson";

export interface HostConfiguration {
    /** With the load balancer's name where there are several. */
    host: string;
    manifest: Manifest;
    tests: ConfigurationTest[];
}

export interface ConfigurationTest {
    service: string;
    /** The program that has to be there. */
    program: string;
    /** As the service declares it, with paths as they are on a host. */
    command: string;
}

export interface Configurations {
    hosts: HostConfiguration[];
    /** Hosts whose files cannot be read, since an input is a secret. */
    secret: string[];
}

export function configurationsOf(preview: Preview): Configurations {
    const steps = preview.steps.flatMap((step) => {
        const place = placeOf(step);
        return place?.part === "configuration" && step.op !== "delete" ? [{ ...place, step }] : [];
    });
    const several = new Set(steps.map(({ balancer }) => balancer)).size > 1;
    const found: Configurations = { hosts: [], secret: [] };
    for (const { balancer, host, step } of steps) {
        const name = several ? `${balancer}/${host}` : host;
        const text = textInput(step.newState, "stdin") ?? SECRET;
        const manifest = readManifest(text);
        if (manifest === undefined) found.secret.push(name);
        else found.hosts.push({ host: name, manifest, tests: testsOf(manifest) });
    }
    return found;
}

function testsOf({ services }: Manifest): ConfigurationTest[] {
    return services.flatMap((service) =>
        service.values("check").map((declared) => {
            const command = hereOf(declared).replace(/\{([^}]*)\}/g, "$1");
            const [first = ""] = command.split(" ");
            // A program of ours is there, and asks the daemon it is about.
            return { service: service.name, program: first.includes("/") ? service.name : first, command };
        }),
    );
}

/** nginx that will run in a container is tested by the nginx here: the image may be on the hosts only. */
function hereOf(declared: string): string {
    if (!/^\S*\b(docker|podman)\b/.test(declared)) return declared;
    const [path = ""] = /\{[^}]*\}/.exec(declared) ?? [];
    return `nginx -t -q -c ${path}`;
}
