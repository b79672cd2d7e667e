/**
 * The parameters of one call, from the query and the body alike. What they have to be is checked against the schema.
 */
import { type FastifyRequest } from "fastify";
import { ApiError, badParameters } from "./errors";

/** What came with a call besides its path, as it came: texts, or whatever JSON can say. */
export function givenWith(request: FastifyRequest): Record<string, unknown> {
    const values = { ...(request.body as object | undefined), ...(request.query as object) };
    for (const [name, inPath] of Object.entries(request.params as Record<string, string>)) {
        const given = (values as Record<string, unknown>)[name];
        if (given !== undefined && given !== null && plain(given) !== inPath)
            throw badParameters({ [name]: "duplicate parameter (already defined in URI) with conflicting values!" });
    }
    return values;
}

/** A body is for calls that make or change something. */
export function assertBody({ method, headers }: FastifyRequest): void {
    if (!["POST", "PUT"].includes(method) && Number(headers["content-length"] ?? 0) > 0)
        throw new ApiError(501, `Unexpected content for method '${method}'`);
}

/** As a form would have said it. */
function plain(value: unknown): string {
    if (typeof value === "boolean") return value ? "1" : "0";
    return Array.isArray(value) ? value.map(plain).join(",") : String(value);
}

export class Input {
    private readonly values: ReadonlyMap<string, string>;

    constructor(given: Readonly<Record<string, unknown>>) {
        this.values = new Map(
            Object.entries(given).flatMap(([name, value]) =>
                value === undefined || value === null ? [] : [[name, plain(value)] as const],
            ),
        );
    }

    text(name: string): string | undefined {
        return this.values.get(name);
    }

    /** One that the schema calls for. */
    required(name: string): string {
        const value = this.values.get(name);
        if (value === undefined) throw new Error(`The schema lets the call do without ${name}.`);
        return value;
    }

    integer(name: string): number | undefined {
        const value = this.values.get(name);
        return value === undefined ? undefined : Number(value);
    }

    flag(name: string, fallback = false): boolean {
        const value = this.values.get(name);
        return value === undefined ? fallback : value === "1";
    }

    /** All those for which that holds. */
    only(wanted: (name: string) => boolean): Record<string, string> {
        return Object.fromEntries([...this.values].filter(([name]) => wanted(name)));
    }
}
