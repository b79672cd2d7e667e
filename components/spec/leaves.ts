/** The inputs of a spec by their paths, with `[n]` for an entry of a list. */
import type { Group, Leaf, List, Member, Spec } from "./kinds";

export interface Placed<M extends Member = Member> {
    path: string;
    member: M;
}

/** Every input, groups and lists before what is in them. */
export function membersOf(spec: Spec, path = ""): Placed[] {
    return Object.entries(spec).flatMap(([name, member]) => inside(path === "" ? name : `${path}.${name}`, member));
}

function inside(path: string, member: Member): Placed[] {
    const own = { path, member };
    if (member.kind === "group") return [own, ...membersOf(member.members, path)];
    if (member.kind === "list") return [own, ...inside(`${path}[n]`, member.entry)];
    return [own];
}

/** Every input that is a single value. */
export function leavesOf(spec: Spec): Placed<Leaf>[] {
    return membersOf(spec).filter((placed): placed is Placed<Leaf> => !isContainer(placed.member));
}

/** The groups and lists that hold them. */
export function containersOf(spec: Spec): Placed<Group | List>[] {
    return membersOf(spec).filter((placed): placed is Placed<Group | List> => isContainer(placed.member));
}

const isContainer = ({ kind }: Member): boolean => kind === "group" || kind === "list";
