/** A window of time on the paper. */
import type { Span } from "../hosts/record";

/** Height of the lane of new connections. */
export const CONNECTIONS = 86;

export interface Frame extends Span {
    left: number;
    width: number;
}

/** Milliseconds after the fault to the place on the paper. */
export const at = ({ from, to, left, width }: Frame, time: number): number =>
    left + ((Math.min(Math.max(time, from), to) - from) / (to - from)) * width;
export const overlaps = (frame: Frame, span: Span): boolean => span.to >= frame.from && span.from <= frame.to;
