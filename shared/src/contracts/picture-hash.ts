import * as z from "zod";

const digits = 16;

/** How a picture looks: 64 bits in hexadecimal, of which few differ when it is shrunk, compressed or recoloured. */
export const PictureHash = z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));

const words = [0, 8].map((from) => (hash: string) => Number.parseInt(hash.slice(from, from + 8), 16));

/** How many bits of two hashes differ. Rules compare very many: numbers take a fraction of what BigInt does. */
export function bitsThatDiffer(one: string, other: string): number {
  let bits = 0;
  for (const word of words) for (let left = word(one) ^ word(other); left !== 0; left &= left - 1) bits++;
  return bits;
}
