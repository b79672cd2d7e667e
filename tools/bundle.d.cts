/** See bundle.cjs. */
export function bundled(entry: string, options?: { folder?: string }): Promise<{ code: string; file: string; map: string }>;
