/** Quotes a word for a POSIX shell: what comes out is one word with exactly this text, whatever it holds. */
export function quote(word: string): string {
    return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
