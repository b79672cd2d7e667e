import { partsOfUrn } from "../../components/text/urn";
import { textOf } from "../resource";
import type { Rule, Violation } from "../rule";

interface Settings {
    insecureAllowed: string[];
}

const PROVIDER = "pulumi:providers:proxmoxve";

/** The token makes and deletes VMs: who answers in Proxmox's place has it. */
export const secureEndpoint: Rule<Settings> = {
    name: "secure-proxmox-endpoint",
    description: "The Proxmox API is asked over TLS, and its certificate is verified.",
    level: "mandatory",
    settings: {
        insecureAllowed: {
            type: "array",
            items: { type: "string" },
            description: "Endpoints that may be used without verification, such as https://pve1.test:8006.",
            default: [],
        },
    },
    sees: "resource",
    judge: (resources, { insecureAllowed }) =>
        resources
            .filter(({ type }) => type === PROVIDER)
            .flatMap((provider): Violation[] => {
                const { urn, props } = provider;
                const endpoint = textOf(provider, "endpoint");
                if (endpoint !== undefined && insecureAllowed.map(plain).includes(plain(endpoint))) return [];
                const { name } = partsOfUrn(urn);
                const next = ", or add the endpoint to insecureAllowed of this policy.";
                return [
                    ...(endpoint !== undefined && !/^https:/i.test(endpoint)
                        ? [
                              `${name}: the endpoint ${endpoint} is not https: the API token crosses the network in clear text. Use https${next}`,
                          ]
                        : []),
                    // A provider's inputs are texts.
                    ...(String(props["insecure"]) === "true"
                        ? [
                              `${name}: insecure is true: whoever answers at ${endpoint ?? "the endpoint"} gets the API ` +
                                  "token. Give Proxmox a certificate that this machine trusts (docs/proxmox.md) and " +
                                  `remove insecure${next}`,
                          ]
                        : []),
                ].map((message) => ({ urn, message }));
            }),
};

const plain = (endpoint: string): string => endpoint.toLowerCase().replace(/\/+$/, "");
