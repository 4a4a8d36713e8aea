/** How many characters are left, when they are few; below zero for a text that is too long. */
export function Count({ text, limit }: { text: string; limit: number }) {
  const left = limit - text.length;
  if (left >= Math.min(500, limit / 4)) return null;
  return (
    <span className="count" data-over={left < 0 || undefined}>
      {left}
    </span>
  );
}
