/** The one place that makes remote commands, so that the rules for them hold everywhere. */
import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

export interface StepSettings {
    connection: pulumi.Input<command.types.input.remote.ConnectionArgs>;
    /**
     * A short command: it is printed in full when it fails. The same for create and update, because every step is
     * idempotent.
     */
    command: pulumi.Input<string>;
    /** What the command reads: scripts and files. Visible in previews. */
    stdin: pulumi.Input<string>;
    /** Runs when the step is destroyed; only for machines that stay. */
    undo?: pulumi.Input<string>;
    /** What makes this machine a different machine; only for machines that Pulumi makes. */
    identity?: pulumi.Input<string>[];
    /** For instance "10m". The provider knows no limit of its own for a command that runs. */
    timeout: string;
}

export function step(
    name: string,
    settings: StepSettings,
    options: pulumi.CustomResourceOptions,
): command.remote.Command {
    return new command.remote.Command(
        name,
        {
            connection: settings.connection,
            create: settings.command,
            stdin: settings.stdin,
            // Scripts talk to people on standard error; standard output is data.
            logging: "stderr",
            // Otherwise the provider sets variables that sshd refuses, with a warning each time.
            addPreviousOutputInEnv: false,
            ...(settings.undo === undefined ? {} : { delete: settings.undo }),
            ...(settings.identity === undefined ? {} : { triggers: settings.identity }),
        },
        {
            ...options,
            deleteBeforeReplace: true,
            customTimeouts: { create: settings.timeout, update: settings.timeout, delete: settings.timeout },
        },
    );
}
