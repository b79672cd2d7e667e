/** Rules about each host: its services, files, disks and connections. */
import { Endpoint } from "../text/endpoint";
import { type Deployment, filesOf, listenersOf, servicesOf } from "./expectation";
import type { InspectionResult } from "./inspector";
import { firewallsOf, type HostReport, listed, type VerificationRule } from "./rule";
import { hostsHolding } from "./vipRules";

export const hosts: VerificationRule = {
    name: "hosts",
    statement: () => "every host can be inspected by SSH",
    problems: unreachable,
};

export const services: VerificationRule = {
    name: "services",
    statement: (deployment) => `${listed(servicesOf(deployment))} are active on every host`,
    problems: serviceProblems,
};

export const configuration: VerificationRule = {
    name: "configuration",
    statement: ({ inspection: { proxyService, configurationChecksum } }) =>
        `the workers of ${proxyService} run configuration ${configurationChecksum} on every host`,
    problems: configurationProblems,
};

export const files: VerificationRule = {
    name: "files",
    statement: () => "every managed file is as it was rendered",
    problems: fileProblems,
};

export const connections: VerificationRule = {
    name: "connections",
    statement: ({ inspection }) => {
        const endpoints = listenersOf(inspection);
        return `${endpoints.join(", ")} ${endpoints.length > 1 ? "take" : "takes"} connections from every host`;
    },
    problems: connectionProblems,
};

export const space: VerificationRule = {
    name: "space",
    warning: true,
    statement: () => "every host has room on its disks",
    problems: spaceProblems,
};

export const routes: VerificationRule = {
    name: "routes",
    warning: true,
    statement: () => "every host has the default route it had",
    problems: routeProblems,
};

/**
 * A file system is nearly full with less than this share, and less than this many kB, or files, left: large disks may
 * be full by percent.
 */
const LITTLE = { share: 0.1, kilobytes: 512 * 1024, files: 10_000 };

function unreachable(_deployment: Deployment, _reports: HostReport[], results: InspectionResult[]): string[] {
    return results.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
}

function serviceProblems(deployment: Deployment, reports: HostReport[]): string[] {
    return reports.flatMap(({ host, inspection }) =>
        servicesOf(deployment).flatMap((service) => {
            const state = inspection.services[service];
            if (state === undefined) return [`${host}: nothing is known of ${service}`];
            const stopped = inspection.stopped?.[service];
            if (state.state === "active" && stopped !== undefined) {
                return [
                    `${host}: ${service} is active, yet ` +
                        `${stopped.length === 1 ? "a process of it is" : "processes of it are"} stopped ` +
                        `(${stopped.join(", ")}) and ` +
                        `${stopped.length === 1 ? "does" : "do"} nothing: systemctl kill --signal=SIGCONT ${service}`,
                ];
            }
            if (state.state === "active") return [];
            const load = state.load === "loaded" ? "" : ` (${state.load})`;
            return [`${host}: ${service} is ${state.state === "" ? "in no known state" : state.state}${load}`];
        }),
    );
}

function configurationProblems({ inspection: expected }: Deployment, reports: HostReport[]): string[] {
    return reports.flatMap(({ host, inspection: { answer } }) => {
        if (answer === expected.configurationChecksum) return [];
        if (answer === undefined)
            return [`${host}: ${expected.proxyService} does not answer on its status port ${expected.statusPort}`];
        return [
            `${host}: ${expected.proxyService} runs configuration ${answer}, not ${expected.configurationChecksum}`,
        ];
    });
}

function fileProblems(deployment: Deployment, reports: HostReport[]): string[] {
    return reports.flatMap(({ host, inspection }) =>
        filesOf(deployment, host, inspection).flatMap(({ path, state, mode }) => {
            if (state === "as rendered") return [];
            if (state === "missing") return [`${host}: ${path} is not there`];
            if (mode !== undefined) return [`${host}: ${path} has permissions ${mode.seen}, not ${mode.expected}`];
            return [`${host}: ${path} is not what was rendered`];
        }),
    );
}

function connectionProblems({ inspection: { vips } }: Deployment, reports: HostReport[]): string[] {
    return reports.flatMap(({ host, inspection }) =>
        inspection.listeners
            .filter(({ connected }) => !connected)
            .map(({ target, error = "no connection" }) => {
                const { host: address, port } = Endpoint.split(target)!;
                const vip = vips.find((each) => each.address === address);
                const masters = vip === undefined ? [] : hostsHolding(reports, vip).map((each) => each.host);
                const where = firewallsOf(reports.filter((each) => each.host !== host && masters.includes(each.host)));
                const advice = where === "" ? "" : `; let in TCP port ${port} in ${where}`;
                return `${host} cannot connect to ${target}: ${error}${advice}`;
            }),
    );
}

function spaceProblems(_deployment: Deployment, reports: HostReport[]): string[] {
    return reports.flatMap(({ host, inspection: { spaces = [] } }) =>
        spaces.flatMap(({ place, free, size, freeInodes, inodes }) => {
            const what = `${host}: the file system of ${place}`;
            const then = "changes are refused, and logs lost, when it is full";
            if (free < size * LITTLE.share && free < LITTLE.kilobytes)
                return [`${what} has ${megabytes(free)} of ${megabytes(size)} left: ${then}`];
            if (inodes > 0 && freeInodes < inodes * LITTLE.share && freeInodes < LITTLE.files)
                return [`${what} has room for ${freeInodes} more files: ${then}`];
            return [];
        }),
    );
}

const megabytes = (kilobytes: number): string => `${Math.floor(kilobytes / 1024)} MB`;

function routeProblems(_deployment: Deployment, reports: HostReport[]): string[] {
    return reports
        .filter(({ inspection }) => inspection.defaultRoute === "gone")
        .map(
            ({ host }) =>
                `${host} had a default route when it was configured and has none now: as master it cannot ` +
                "answer clients of other networks",
        );
}
