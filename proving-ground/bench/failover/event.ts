/** What can happen to a pair while clients watch. */
import type { LabInstance } from "../../lab/instance";
import type { Machine, Pair } from "./setups/setUp";

/** Where an event strikes. */
export interface EventContext {
    instance: LabInstance;
    pair: Pair;
    /** Holds the VIP. */
    master: Machine;
    /** Name of an API server, another one from run to run. */
    apiServer: string;
}

/** One thing that is done while the client watches, and what becomes of it. */
export interface Step {
    /** Name of what is measured. */
    measure: string;
    /** Done before its time begins, such as an outage that it ends. */
    before?(): Promise<void>;
    act(): Promise<void> | void;
    /** The fewest milliseconds to go on watching after `act`: its effects may come late. */
    atLeastMs: number;
    /** It keeps the machine busy itself: that it was disturbed is no reason to repeat it. */
    heavy?: true;
}

/** The steps of an event, and how everything is put back afterwards, however far they came. */
export interface Course {
    steps: Step[];
    /** Milliseconds after which the client gives a connection up. Default: 1000. */
    patienceMs?: number;
    restore(): Promise<void>;
}

export interface BenchEvent {
    name: string;
    /** Looks up what it needs, so that its first step strikes without delay. */
    prepare(context: EventContext): Promise<Course>;
}

/** After this long, in milliseconds, an effect that comes at once has come. */
export const AT_ONCE_MS = 1200;
