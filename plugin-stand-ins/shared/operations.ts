/** The operations under way, so that the engine's time-out or Cancel can end each of them. */
export class Operations {
    private readonly running = new Set<AbortController>();

    /**
     * Runs one operation; its signal aborts, with the reason as an error, after the time-out (seconds, 0 is none) or on
     * Cancel.
     */
    async run<T>(timeoutSeconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
        const controller = new AbortController();
        const timer =
            timeoutSeconds > 0
                ? setTimeout(() => {
                      controller.abort(
                          new Error(`timed out after ${timeoutSeconds} s, the time-out set for this resource`),
                      );
                  }, timeoutSeconds * 1000)
                : undefined;
        this.running.add(controller);
        try {
            return await work(controller.signal);
        } finally {
            clearTimeout(timer);
            this.running.delete(controller);
        }
    }

    cancelAll(): void {
        for (const controller of this.running) controller.abort(new Error("cancelled"));
    }
}

/** The error an aborted signal carries. */
export function abortReason(signal: AbortSignal): Error {
    return signal.reason instanceof Error ? signal.reason : new Error("cancelled");
}
