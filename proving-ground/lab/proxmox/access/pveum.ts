/**
 * The few forms of `pveum` that docs/security.md tells its readers to type on a node, carried out on the fake Proxmox.
 */
import { type AccessControl } from "./accessControl";

/** Carries out commands, one a line; what is not a pveum command, such as a comment, is an error. */
export function pveum(access: AccessControl, commands: string[]): void {
    for (const command of commands) carryOut(access, words(command), command);
}

function carryOut(access: AccessControl, [program, ...line]: string[], command: string): void {
    const { plain, options } = parse(line);
    const option = (name: string): string => {
        const value = options.get(name);
        if (value === undefined) throw new Error(`${command}: -${name} is missing`);
        return value;
    };
    const [what, verb, ...rest] = plain;
    if (program === "pveum" && what === "role" && verb === "add")
        return access.addRole(rest[0] ?? "", option("privs").split(/[\s,]+/));
    if (program === "pveum" && what === "user" && verb === "add") return access.addUser(rest[0] ?? "");
    if (program === "pveum" && what === "user" && verb === "token" && rest[0] === "add") {
        return access.addToken(rest[1] ?? "", rest[2] ?? "", (options.get("privsep") ?? "1") === "1");
    }
    if (program === "pveum" && what === "acl" && verb === "modify") {
        const to = options.get("token") ?? option("user");
        return access.grant({
            path: rest[0] ?? "",
            to,
            role: option("role"),
            propagate: options.get("propagate") !== "0",
        });
    }
    throw new Error(`not a command that the lab knows: ${command}`);
}

function words(command: string): string[] {
    return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
        ([, double, single, plain]) => double ?? single ?? plain ?? "",
    );
}

function parse(line: string[]): { plain: string[]; options: Map<string, string> } {
    const plain: string[] = [];
    const options = new Map<string, string>();
    for (let at = 0; at < line.length; at++) {
        const name = /^--?(\D.*)$/.exec(line[at]!)?.[1];
        if (name === undefined) plain.push(line[at]!);
        else options.set(name, line[++at] ?? "");
    }
    return { plain, options };
}
