/** How far the clock of a host is ahead of ours, from questions and answers: the quickest of them tells it best. */

export interface Exchange {
    /** Ours, in milliseconds: when it was asked, when the answer came. */
    asked: number;
    answered: number;
    /** The host's, in milliseconds. */
    hostTime: number;
}

export interface Clock {
    /** To subtract from the host's times. */
    offset: number;
    /** The offset is not further than this from the truth: half of what the question and its answer took. */
    error: number;
}

export function clockOf(exchanges: Exchange[]): Clock {
    const clocks = exchanges.map(({ asked, answered, hostTime }) => ({
        offset: hostTime - (asked + answered) / 2,
        error: (answered - asked) / 2,
    }));
    return clocks.reduce((best, each) => (each.error < best.error ? each : best), { offset: 0, error: Infinity });
}
