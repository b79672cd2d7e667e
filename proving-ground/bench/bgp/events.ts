/** What happens to one of several hosts that announce the VIP. */
import { nspawnHypervisor } from "../../lab/hypervisor/nspawn";
import { startMachines } from "../support/machines";
import type { AnnouncingHosts } from "./hosts";

export interface Event {
    name: string;
    title: string;
    /** Which hosts are in use when it begins. */
    from: "all" | "others";
    /** Ends when the router has taken notice. */
    act(hosts: AnnouncingHosts): Promise<void>;
    /** What is needed afterwards until its host announces again, beside waiting. */
    mend?(hosts: AnnouncingHosts): Promise<void>;
    /** The next one is the return of this one's host, which is not awaited. */
    returnFollows?: true;
}

/** Until the router no longer sends anything to the victim. */
const untilLeft =
    (strike: (hosts: AnnouncingHosts) => Promise<unknown>) =>
    async (hosts: AnnouncingHosts): Promise<void> => {
        await strike(hosts);
        await hosts.inUse("others", 5);
    };

const killBird = untilLeft((hosts) => hosts.onVictim("sudo pkill -KILL bird"));

export const EVENTS: Event[] = [
    {
        name: "proxy-killed",
        title: "a proxy is killed",
        from: "all",
        act: untilLeft((hosts) => hosts.onVictim("sudo pkill -KILL --oldest nginx")),
        returnFollows: true,
    },
    { name: "return", title: "its host announces again", from: "others", act: (hosts) => hosts.inUse("all", 30) },
    {
        name: "bird-killed",
        title: "BIRD is killed, and back",
        from: "all",
        act: async (hosts) => {
            await killBird(hosts);
            await hosts.inUse("all", 30);
        },
    },
    {
        name: "drained",
        title: "a host is drained",
        from: "all",
        act: untilLeft((hosts) => hosts.onVictim("sudo /usr/local/libexec/ha-api/switchover --stay")),
        mend: async (hosts) => void (await hosts.onVictim("sudo /usr/local/libexec/ha-api/switchover --return")),
    },
    {
        name: "host-powered-off",
        title: "a host's power is cut",
        from: "all",
        act: untilLeft((hosts) => nspawnHypervisor(hosts.instance).stop(hosts.victim.id)),
        mend: async (hosts) => {
            await startMachines(hosts.instance, [hosts.victim]);
            await hosts.knowsWayBack(hosts.victim);
        },
    },
];
