/** References to container images, such as `registry.example.com/library/nginx:1.28`. */

export interface ImageReference {
    /**
     * With its registry: what an unqualified name means differs from host to host, and Podman uses no registry by
     * default.
     */
    name: string;
    tag?: string;
    digest?: string;
}

const HOST = "[a-z0-9]+(?:[.-][a-z0-9]+)*";
const PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
/**
 * A registry is distinguished from the first part of a path by its dot, its port, or by being localhost, as the engines
 * do.
 */
const REGISTRY = `(?:localhost(?::[0-9]+)?|${HOST}\\.${HOST}(?::[0-9]+)?|${HOST}:[0-9]+)`;
const REFERENCE = new RegExp(
    `^(${REGISTRY}(?:/${PART})+)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
);

/** The parts of a reference that says which image of which registry; undefined for anything else. */
export function parseImage(reference: string): ImageReference | undefined {
    const [, name, tag, digest] = REFERENCE.exec(reference) ?? [];
    if (name === undefined || (tag === undefined && digest === undefined)) return undefined;
    return { name, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/**
 * The reference as the engines are given it: where there is a digest it alone counts, and Podman before version 5 wants
 * no tag beside it.
 */
export function imageToRun({ name, tag, digest }: ImageReference): string {
    return digest === undefined ? `${name}:${tag}` : `${name}@${digest}`;
}
