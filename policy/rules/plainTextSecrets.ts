import { type Resource, SECRET, UNKNOWN } from "../resource";
import type { Rule } from "../rule";

interface Settings {
    patterns: string[];
    exceptResources: string;
}

/** What texts look like that nobody may read. */
const FORMS: [RegExp, string][] = [
    [/-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]/, "a private key"],
    [/[\w.-]+@\w+![\w.-]+=[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i, "a Proxmox API token"],
    [/\bclient-key-data:\s*\S{40}/, "a kubeconfig with a private key"],
    [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, "a token (JWT)"],
];

/** Inputs that are not marked as secret are readable in previews, in logs and in the state. */
export const plainTextSecrets: Rule<Settings> = {
    name: "no-plain-text-secrets",
    description: "No input of a resource holds a private key or a token in plain text.",
    level: "mandatory",
    settings: {
        patterns: {
            type: "array",
            items: { type: "string" },
            description: "Regular expressions for more texts that are secrets, such as hvs\\.[A-Za-z0-9]{20,}.",
            default: [],
        },
        exceptResources: {
            type: "string",
            description: "Regular expression for the URNs of resources that are not looked at. Empty: none.",
            default: "",
        },
    },
    sees: "marked",
    judge: (resources, { patterns, exceptResources }) => {
        const forms = [
            ...FORMS,
            ...patterns.map((text): [RegExp, string] => [new RegExp(text), `what matches ${text}`]),
        ];
        return resources
            .filter(({ urn }) => exceptResources === "" || !new RegExp(exceptResources).test(urn))
            .flatMap((resource) =>
                textsOf(resource).flatMap(({ path, text }) => {
                    const found = forms.find(([form]) => form.test(text));
                    return found === undefined
                        ? []
                        : [
                              {
                                  urn: resource.urn,
                                  message:
                                      `${resource.name}: ${path} holds ${found[1]} in plain text, readable in ` +
                                      "previews, logs and the state. Set it with pulumi config set --secret and read " +
                                      "it with requireSecret, or wrap it with pulumi.secret; then replace it where " +
                                      "it was seen.",
                              },
                          ];
                }),
            );
    },
};

interface Found {
    path: string;
    text: string;
}

function textsOf({ props }: Resource): Found[] {
    return Object.entries(props).flatMap(([key, value]) => textsIn(value, key));
}

function textsIn(value: unknown, path: string): Found[] {
    if (typeof value === "string") return [{ path, text: value }];
    if (value === SECRET || value === UNKNOWN || typeof value !== "object" || value === null) return [];
    if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, `${path}[${index}]`));
    return Object.entries(value).flatMap(([key, item]) => textsIn(item, `${path}.${key}`));
}
