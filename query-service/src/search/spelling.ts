/** How many letters of a word must be left out, added, changed or swapped with the next to make another of it (optimal string alignment). */
export function editDistance(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = Number(a[i - 1] !== b[j - 1]);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] as number) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + cost, swapped));
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}

const mostMeant = 3;

/** Which of these words a misspelt one may be meant for: those that are the fewest mistakes away, one or, in a long word, two. */
export function meantBy(word: string, similar: readonly string[]): string[] {
  const mistakes = [...word].length >= 7 ? 2 : 1;
  const near = similar.map((each) => ({ each, distance: editDistance(word, each) })).filter(({ distance }) => distance > 0 && distance <= mistakes);
  const least = Math.min(...near.map(({ distance }) => distance));
  return near.flatMap(({ each, distance }) => (distance === least ? [each] : [])).slice(0, mostMeant);
}
