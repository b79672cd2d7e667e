/**
 * Turns a reachable machine into a load-balancer host, step by step: first contact, revision, packages, credentials
 * where there are any, configuration.
 */
import * as pulumi from "@pulumi/pulumi";
import type * as command from "@pulumi/command";
import type { Model } from "../model/model";
import { hostManifest } from "../render/host";
import { LIBEXEC } from "../host/paths";
import { connection } from "./connection";
import { checksum } from "../text/checksum";
import { quote } from "../text/quote";
import { readyScript } from "../host/programs";
import { packagesScript, packagesVersion } from "../render/packagesStep";
import { asRoot } from "../ssh/asRoot";
import { partName } from "./names";
import { step } from "./step";

export interface HostStepsSettings {
    /** The host's name, which is also the key into the model. */
    host: string;
    model: pulumi.Output<Model>;
    privateKey: pulumi.Output<string>;
    /** Given host key; absent: pinned at the first contact. */
    hostKey: pulumi.Input<string> | undefined;
    /**
     * The VM this host is, and what tells it from an earlier one of the same name; absent for a machine that was there
     * before.
     */
    virtualMachine?: {
        resource: pulumi.Resource;
        identity: pulumi.Input<string>[];
        firstBoot: pulumi.Input<string>;
        hardware: pulumi.Input<string>;
    };
    /** The VM's firewall, where it has one: it lets the steps in. */
    filtered?: pulumi.Resource;
    /** What only root may read on the host; absent when the inputs ask for none. */
    credentials: pulumi.Output<string> | undefined;
    /** The host that is configured before this one: no two are changed at the same time. */
    after: HostSteps | undefined;
}

export interface HostSteps {
    /** Last step: done when the host serves. */
    configured: command.remote.Command;
    /** The host key all steps but the first contact require. */
    hostKey: pulumi.Output<string>;
}

/** Not a component of its own: the steps are children of HaApiLoadBalancer, one level below it in a preview. */
export function hostSteps(name: string, settings: HostStepsSettings, parent: pulumi.Resource): HostSteps {
    const { model, virtualMachine } = settings;
    const host = model.apply(({ hosts }) => hosts.find((candidate) => candidate.name === settings.host)!);
    const user = model.apply(({ ssh }) => ssh.user);
    const reach = (tries: number, hostKey?: pulumi.Input<string>) =>
        connection({
            host: host.apply(({ address }) => address),
            user,
            port: model.apply(({ ssh }) => ssh.port),
            privateKey: settings.privateKey,
            ...(hostKey === undefined ? {} : { hostKey }),
            tries,
        });
    const options: pulumi.CustomResourceOptions =
        virtualMachine === undefined ? { parent } : { parent, deletedWith: virtualMachine.resource };
    const identity = virtualMachine === undefined ? {} : { identity: virtualMachine.identity };
    // A machine that stays gets its own state back; one that goes away takes ours with it.
    const undo = (program: string) =>
        virtualMachine === undefined
            ? {
                  undo: user.apply(
                      (login) =>
                          `test ! -x ${LIBEXEC}/${program} || ${asRoot(login, `${LIBEXEC}/${program} ${quote(name)}`)}`,
                  ),
              }
            : {};

    const givenHostKey = settings.hostKey === undefined ? undefined : host.apply(({ hostKey: key }) => key!);
    const ready = step(
        partName(name, "ready"),
        {
            // A VM boots for a while: 60 tries last about four and a half minutes.
            connection: reach(virtualMachine === undefined ? 10 : 60, givenHostKey),
            command: user.apply((login) => asRoot(login, "bash -s")),
            stdin: readyScript(),
            timeout: "15m",
            // Changed cloud-init data gives the same machine new host keys: contact it for the first time again.
            ...(virtualMachine === undefined
                ? {}
                : { identity: [...virtualMachine.identity, virtualMachine.firstBoot] }),
        },
        {
            ...options,
            dependsOn: [virtualMachine?.resource, settings.filtered].filter((resource) => resource !== undefined),
        },
    );
    // The provider treats everything it returns as secret because the connection is; a public key is not.
    const hostKey = givenHostKey ?? pulumi.unsecret(ready.stdout);

    const manifest = pulumi.all([model, host]).apply(([plain, own]) => hostManifest(plain, own));
    // A VM may just be booting again.
    const tries = virtualMachine === undefined ? 5 : 60;
    // A word of its own for each change of what the host gets, in the state before the host has any of it. Where the
    // run is cut off after that, and the change is taken back, the steps that may have run are run again.
    const revision = step(
        partName(name, "revision"),
        {
            connection: reach(tries, hostKey),
            command: "cat /proc/sys/kernel/random/uuid",
            stdin: pulumi
                .all([manifest, settings.credentials ?? ""])
                .apply(([text, credentials]) => checksum(text + credentials)),
            timeout: "10m",
            ...identity,
        },
        { ...options, dependsOn: ready },
    );
    const word = pulumi.unsecret(revision.stdout).apply((uuid) => uuid.slice(0, 8));

    const packages = step(
        partName(name, "packages"),
        {
            connection: reach(5, hostKey),
            command: user.apply((login) => asRoot(login, `bash -s -- ${quote(name)}`)),
            stdin: model.apply((plain) => packagesScript(plain)),
            timeout: "20m",
            ...identity,
            ...undo("uninstall"),
        },
        { ...options, dependsOn: ready },
    );

    const credentials =
        settings.credentials === undefined
            ? undefined
            : step(
                  partName(name, "credentials"),
                  {
                      connection: reach(5, hostKey),
                      command: pulumi
                          .all([user, word])
                          .apply(([login, current]) => asRoot(login, `${LIBEXEC}/keep-credentials ${current}`)),
                      stdin: settings.credentials,
                      timeout: "5m",
                      ...identity,
                  },
                  { ...options, dependsOn: packages },
              );
    // A checksum under a key that never leaves the host: it tells nothing but whether something changed.
    const credentialsVersion = credentials === undefined ? undefined : pulumi.unsecret(credentials.stdout);

    const configured = step(
        partName(name, "configuration"),
        {
            connection: reach(tries, hostKey),
            // The arguments of the program make this step run again, and wait until the host serves, after the
            // packages, the VM or a credential changed, and where an earlier run of it may have been cut off.
            command: pulumi
                .all([model, user, virtualMachine?.hardware, credentialsVersion, word])
                .apply(([plain, login, ...versions]) =>
                    asRoot(
                        login,
                        [
                            `${LIBEXEC}/converge`,
                            packagesVersion(plain),
                            ...versions.filter((version) => version !== undefined),
                            ...repairWords(plain),
                        ].join(" "),
                    ),
                ),
            stdin: manifest,
            timeout: "10m",
            ...identity,
            ...undo("restore"),
        },
        {
            ...options,
            dependsOn: [
                packages,
                ...(credentials === undefined ? [] : [credentials]),
                ...(settings.after === undefined ? [] : [settings.after.configured]),
            ],
        },
    );

    return { configured, hostKey };
}

/** One more argument that changes with `repairTrigger`, so that edits made by hand are undone. */
function repairWords({ repairTrigger }: Model): string[] {
    return repairTrigger === "" ? [] : [quote(repairTrigger)];
}
