const MOST_SLIPS = 2;

/** The word that was most likely meant: it begins alike, or is at most two slips of a finger away. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word === '') return undefined;
  const ranked = known
    .map((name) => ({name, slips: name.startsWith(word) ? 0 : slipsBetween(word, name)}))
    .sort((a, b) => a.slips - b.slips);
  return ranked.find(({slips}) => slips <= MOST_SLIPS)?.name;
}

/** Letters put in, left out or taken for others (Levenshtein's distance). */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({length: b.length + 1}, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
