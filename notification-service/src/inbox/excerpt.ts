const longest = 200;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The start of a text: at most 200 UTF-16 code units, and no character cut in two. */
export function excerptOf(text: string): string {
  if (text.length <= longest) return text;
  let end = 0;
  // Beyond twice the length no character ends that belongs to it.
  for (const { index, segment } of graphemes.segment(text.slice(0, 2 * longest))) {
    if (index + segment.length > longest) break;
    end = index + segment.length;
  }
  // One that is longer than all of it, by combining marks, is cut between them.
  return (end > 0 ? text.slice(0, end) : text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "")).trimEnd();
}
