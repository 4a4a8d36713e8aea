/** Ids are UUIDv7: they begin with the milliseconds at which they were made (RFC 9562, section 5.7). */
const idAt = (time: number, rest: string) => {
  const hex = time.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-${rest}`;
};

/** Before every id that was made then, or later. */
export const firstIdAt = (time: number): string => idAt(time, "0000-0000-000000000000");

/** When an id of this form begins to be made, in milliseconds. */
export const timeOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** Before every id, and behind every id. */
export const leastId = firstIdAt(0);
export const greatestId = "ffffffff-ffff-ffff-ffff-ffffffffffff";
