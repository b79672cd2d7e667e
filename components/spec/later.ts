/** Values that are known only later. */
import * as pulumi from "@pulumi/pulumi";

export const isLater = (value: unknown): boolean => pulumi.Output.isInstance(value) || value instanceof Promise;
