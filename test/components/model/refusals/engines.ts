/** Engines: what goes with which of them, and text that they read. */
import type { Inputs } from "../../../../components/model/inputs";
import { credentialPlaceholder } from "../../../../components/render/file";
import { INTERFACE_PLACEHOLDER, NETWORK_FILE_PLACEHOLDER } from "../../../../components/host/paths";
import { CREDENTIALS } from "../../../../components/render/tls";
import { existingMachines } from "../../support";
import { accepted, type Line, refused, type Topic } from "./refusal";

const DIGEST = `sha256:${"ab".repeat(32)}`;
const IMAGE = "docker.io/library/nginx";
const WITH_REGISTRY = "with its registry and a tag or digest, such as docker.io/library/nginx@sha256:";
/** One fingerprint, written in two ways. */
const TWICE = ["ab".repeat(20), "AB ".repeat(20)];
const DOLLAR = "a $ only before the name of a variable";

const haproxy = (): Inputs => existingMachines({ engine: "haproxy" });
const nginxOrg = (): Inputs => existingMachines({ nginx: { source: "nginx.org" } });
const container = (): Inputs =>
    existingMachines({ nginx: { source: "container", container: { image: `${IMAGE}@${DIGEST}` } } });

/** What hosts fill in themselves, in each text that ends up in a file. */
const filledIn = (path: string): Line[] =>
    [
        INTERFACE_PLACEHOLDER,
        NETWORK_FILE_PLACEHOLDER,
        credentialPlaceholder(CREDENTIALS.vrrpPassword),
        credentialPlaceholder("anything"),
    ].map((placeholder) => [
        `what hosts fill in themselves: ${placeholder}`,
        { [path]: `# ${placeholder}` },
        "must not hold @interface@, @network-file@ or @credential:, which each host fills in with values of its own",
    ]);

const OF_MACHINES: Line[] = [
    ["control characters", { "nginx.extraConfiguration": "allow all;\u0007" }, "plain ASCII"],
    ["HAProxy's connections with nginx", { "haproxy.maxConnections": 1000 }, "is for the engine haproxy only"],
    ["HAProxy's text with nginx", { "haproxy.extraConfiguration": "retries 5" }, "for the engine haproxy only"],
    ["nginx.org without nginx.org", { "nginx.channel": "mainline" }, 'source nginx.org; received "mainline"'],
    ["a container without that source", { "nginx.container": { image: IMAGE } }, "nginx.source container"],
    ["a format that ends its own quotes", { "logs.connectionFormat": "$a'; b" }, "without single quotes and"],
    ["a format of blanks", { "logs.connectionFormat": "  " }, "one line of text"],
    ["a dollar that begins no variable", { "logs.connectionFormat": "cost: $" }, DOLLAR],
    ["a dollar before a brace that names nothing", { "logs.requestFormat": "${}" }, DOLLAR],
    ["a brace that does not end", { "logs.requestFormat": "${remote_addr" }, DOLLAR],
    ["a way of escaping", { "logs.connectionFormat": "escape=foo" }, "not begin with escape="],
    ...filledIn("logs.connectionFormat"),
    ...filledIn("logs.requestFormat"),
    ...filledIn("nginx.extraConfiguration"),
];

const OF_HAPROXY: Line[] = [
    ["nginx's source with HAProxy", { "nginx.source": "container" }, "is for the engine nginx only"],
    ["nginx's connections with HAProxy", { "nginx.workerConnections": 1024 }, "is for the engine nginx only"],
    ["nginx's text with HAProxy", { "nginx.extraConfiguration": "" }, "is for the engine nginx only"],
    ["nginx's container with HAProxy", { "nginx.container": { image: IMAGE } }, "for the engine nginx only"],
    ["nginx's log format with HAProxy", { "logs.connectionFormat": "$status" }, "for the engine nginx only"],
    ["a section of one's own", { "haproxy.extraConfiguration": "retries 5\n  listen a" }, "line 2 begins with listen"],
    ["the section again", { "haproxy.extraConfiguration": '"defaults"' }, "line 1 begins with defaults"],
    ["a keyword in disguise", { "haproxy.extraConfiguration": "front\\end x" }, "line 1 begins with frontend"],
    ...filledIn("haproxy.extraConfiguration"),
];

const OF_NGINX_ORG: Line[] = [
    ["quotes in an address", { "nginx.repository": "https://nginx.org/' '" }, "such as https://nginx.org"],
    ["half a fingerprint", { "nginx.signingKeyFingerprints[0]": "573BFD6B" }, '40 hexadecimal ... "573BFD6B"'],
    ["no fingerprint, which trusts nothing", { "nginx.signingKeyFingerprints": [] }, "at least one key"],
    ["one key twice", { "nginx.signingKeyFingerprints": TWICE }, "distinct", "nginx.signingKeyFingerprints[1]"],
    ["a container with nginx.org", { "nginx.container": { image: IMAGE } }, "nginx.source container"],
];

const OF_CONTAINER: Line[] = [
    ["nothing about the container", { "nginx.container": undefined }, "received null", "nginx.container.image"],
    ["an image without its registry", { "nginx.container.image": "nginx:1.28" }, `${WITH_REGISTRY} ... 1.28"`],
    ["no registry but an organisation", { "nginx.container.image": "library/nginx:1.28" }, WITH_REGISTRY],
    ["neither tag nor digest", { "nginx.container.image": IMAGE }, `${WITH_REGISTRY} ... received "${IMAGE}"`],
    ["half a digest", { "nginx.container.image": `${IMAGE}@sha256:abcd` }, WITH_REGISTRY],
    ["another argument", { "nginx.container.image": `${IMAGE}:1.28 --privileged` }, WITH_REGISTRY],
    ["a name beyond registries'", { "nginx.container.image": "a.".repeat(20_000) }, "at most 500 characters"],
    ["numbers as user", { "nginx.container.user": "101:101" }, 'Linux user name; received "101:101"'],
    ["a repository", { "nginx.repository": "https://nginx.org" }, "only used with nginx.source nginx.org"],
    ["keys", { "nginx.signingKeyFingerprints": [DIGEST] }, "only used with nginx.source nginx.org"],
];

export const ENGINES: Topic = {
    refused: [
        ...refused(existingMachines, OF_MACHINES),
        ...refused(haproxy, OF_HAPROXY),
        ...refused(nginxOrg, OF_NGINX_ORG),
        ...refused(container, OF_CONTAINER),
    ],
    accepted: [
        ...accepted(haproxy, [["a group in which nothing is set", { nginx: {} }]]),
        ...accepted(container, [
            ["a private registry", { "nginx.container.image": "registry.example.com:5000/nginx:1" }],
        ]),
        ...accepted(existingMachines, [["an at sign", { "logs.connectionFormat": "me@here @interface" }]]),
    ],
};
