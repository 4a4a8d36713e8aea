import * as z from "zod";

const digits = 16;

/** How a picture looks: 64 bits in hexadecimal, of which few differ when it is shrunk, compressed or recoloured. */
export const PictureHash = z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));

/** How many bits of two hashes differ. */
export function bitsThatDiffer(one: string, other: string): number {
  let bits = 0;
  for (let left = BigInt(`0x${one}`) ^ BigInt(`0x${other}`); left > 0n; left &= left - 1n) bits++;
  return bits;
}
