/** What Proxmox' high availability asks of hosts together: each on a node of its own, and kept apart in one way. */
import { type Candidate, type Found, type Rule, when } from "./rule";
import { machines } from "./virtualMachines";

export const HIGH_AVAILABILITY_RULES: Rule[] = [
    { name: "hosts kept apart in one way", problems: differentSeparations },
    { name: "a rule that has somebody to keep apart", problems: nobodyToSeparate },
    { name: "hosts that are kept apart on nodes of their own", problems: sharedNode },
];

/** The VMs under high availability, with what keeps them apart. */
function managed(candidate: Candidate) {
    return machines(candidate).flatMap(({ machine, ...rest }) =>
        machine.highAvailability === undefined
            ? []
            : [{ machine, separation: machine.highAvailability.separation, ...rest }],
    );
}

function differentSeparations(candidate: Candidate): Found[] {
    const [first, ...others] = managed(candidate);
    return others.flatMap(({ separation, pathOf }) =>
        when(
            separation !== first!.separation,
            `${pathOf("highAvailability")}.separation`,
            `must be that of ${first!.host.name} (${first!.separation})`,
            separation,
        ),
    );
}

function nobodyToSeparate(candidate: Candidate): Found[] {
    const [one, ...others] = managed(candidate);
    if (one === undefined || others.length > 0 || one.separation !== "rule") return [];
    return when(
        machines(candidate).length > 1,
        one.pathOf("highAvailability"),
        "must be on for another VM too, to be kept apart from it by a rule; or set its separation to none",
    );
}

/** Proxmox would move one of them as soon as it knows that they are to be kept apart. */
function sharedNode(candidate: Candidate): Found[] {
    const apart = managed(candidate).filter(({ separation }) => separation !== "none");
    return apart.flatMap(({ machine: { node }, pathOf }, index) => {
        const other = apart.slice(0, index).find(({ machine }) => machine.node === node);
        return when(
            other !== undefined && node !== "",
            pathOf("node"),
            `must be another one than that of ${other?.host.name}: highAvailability keeps them on different nodes`,
            node,
        );
    });
}
