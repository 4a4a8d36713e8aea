/**
 * Positions of a stream's log, `<epoch>:<offset>`. Applications keep them and give them back; here they are compared, so
 * that an entry which comes twice is shown once.
 */
function parse(cursor: string): { epoch: string; offset: number } {
  const at = cursor.lastIndexOf(":");
  return { epoch: cursor.slice(0, at), offset: Number(cursor.slice(at + 1)) };
}

/** Whether an entry at `cursor` is news to whoever is at `position`. Another epoch is another log: everything in it is. */
export function isAfter(cursor: string, position: string | undefined): boolean {
  if (position === undefined) return true;
  const [one, other] = [parse(cursor), parse(position)];
  return one.epoch !== other.epoch || one.offset > other.offset;
}
