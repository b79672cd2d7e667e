import { type Change } from "./diff";
import { type Log } from "./engineLog";
import { type Properties } from "./properties";

/**
 * A mistake in a resource's inputs. The reason names what is allowed and never repeats the value, which may be secret.
 */
export interface CheckFailure {
    property: string;
    reason: string;
}

/** What every operation on a resource may use. */
export interface Context {
    /** The resource's name, the last part of its URN. */
    name: string;
    /** True if nothing may be done: the result only says what would be known. */
    preview: boolean;
    signal: AbortSignal;
    log: Log;
}

/** One resource type: the engine's operations as plain functions of properties. */
export interface ResourceType {
    check(inputs: Properties): { inputs: Properties; failures: CheckFailure[] };
    diff(oldInputs: Properties, newInputs: Properties, state: Properties): Change[];
    create(inputs: Properties, context: Context): Promise<{ id: string; state: Properties }>;
    /** The state as it is now, for a refresh. Absent where it cannot change by itself. */
    read?(state: Properties): Properties;
    /** Absent where every change replaces. */
    update?(state: Properties, inputs: Properties, context: Context): Promise<Properties>;
    /** Absent where there is nothing to do. */
    delete?(state: Properties, context: Context): Promise<void>;
}
