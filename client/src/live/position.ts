/**
 * Positions of a stream's log, `<epoch>:<offset>`. Applications store and return them; here they are compared, so that
 * an entry which arrives twice is delivered once.
 */
function parse(cursor: string): { epoch: string; offset: number } {
  const at = cursor.lastIndexOf(":");
  return { epoch: cursor.slice(0, at), offset: Number(cursor.slice(at + 1)) };
}

/** Whether an entry at `cursor` is new to a reader at `position`. Another epoch is another log, in which everything is new. */
export function isAfter(cursor: string, position: string | undefined): boolean {
  if (position === undefined) return true;
  const [one, other] = [parse(cursor), parse(position)];
  return one.epoch !== other.epoch || one.offset > other.offset;
}
