/** What Podman and Docker do not have in common, for one container on the host's network that systemd looks after. */
import type { Lines } from "../../text/lines";

export type RuntimeName = "podman" | "docker";

export interface Runtime {
    program: string;
    /**
     * Debian packages, each with the program that shows that it is not needed: an engine that was installed from
     * elsewhere is used.
     */
    packages: { name: string; program: string }[];
    /** Of these those that the release has: Debian 13 has made packages of their own of what was part of the others. */
    packagesWhereThere: { name: string; program: string }[];
    /** systemd units it needs to be there first. */
    needs: string[];
    /** How systemd learns that the container is up, and which process it watches. */
    service: Lines;
    /** The name may still be taken, after a power cut for instance, and `run` does not take it over by itself. */
    removeFirst: boolean;
    /** `podman run` and what belongs to every container. */
    run: string[];
    /** The same for the one that stays. */
    runService: string[];
    /** Commands that may find nothing to do. */
    stop: string;
    remove: string;
}

const podman: Runtime = {
    program: "/usr/bin/podman",
    packages: [
        { name: "podman", program: "podman" },
        { name: "crun", program: "crun" },
    ],
    packagesWhereThere: [],
    needs: [],
    service: [
        "# Podman names conmon, which is nginx's parent, as the process to watch.",
        "Type=notify",
        "NotifyAccess=all",
        "# conmon and nginx are in this unit's own group: podman need not, and must not, make groups of its own.",
        "KillMode=mixed",
    ],
    removeFirst: false,
    // Only crun can leave control groups alone.
    run: ["/usr/bin/podman --runtime crun run", "--cgroups disabled"],
    // --ulimit host: the limits of the unit, as far as this host can give them.
    runService: ["--detach --sdnotify conmon --replace --rm", "--log-driver journald", "--ulimit host"],
    stop: "stop --ignore",
    remove: "rm --force --ignore",
};

const docker: Runtime = {
    program: "/usr/bin/docker",
    packages: [{ name: "docker.io", program: "dockerd" }],
    packagesWhereThere: [{ name: "docker-cli", program: "docker" }],
    needs: ["docker.service"],
    service: [
        "# The container belongs to Docker; its client lives as long as it does and is the process to watch.",
        "Type=exec",
    ],
    removeFirst: true,
    run: ["/usr/bin/docker run"],
    // Not --rm: the client would wait for the removal, and death would be noticed later. What nginx says goes to the
    // journal by the client.
    runService: ["--log-driver none"],
    stop: "stop",
    remove: "rm --force",
};

export const RUNTIMES: Record<RuntimeName, Runtime> = { podman, docker };
