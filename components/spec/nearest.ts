/** What a user may have meant by an unknown word. */

/** The known word that is few slips of the keyboard away; undefined when none is. Capitals count for nothing. */
export function nearest(word: string, known: readonly string[]): string | undefined {
    // No known word is longer; what is would be compared for long.
    if (word.length > 40) return undefined;
    const ranked = known
        .map((candidate) => ({ candidate, slips: slips(word.toLowerCase(), candidate.toLowerCase()) }))
        .sort((a, b) => a.slips - b.slips);
    const [best] = ranked;
    return best !== undefined && best.slips <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** Letters to add, to leave out or to change (Levenshtein). */
function slips(a: string, b: string): number {
    let above = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i++) {
        const row = [i];
        for (let j = 1; j <= b.length; j++)
            row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
        above = row;
    }
    return above[b.length]!;
}
