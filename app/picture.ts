import { crc32, deflateSync } from "node:zlib";

/** One chunk of a PNG (RFC 2083, section 3.2). */
export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

type Colour = readonly [red: number, green: number, blue: number];

const sky: readonly Colour[] = [
  [22, 30, 74],
  [92, 60, 120],
  [226, 112, 92],
  [252, 196, 118],
];
const ridge: Colour = [18, 20, 38];
const planet: Colour = [255, 250, 230];

/** The sky's colour, from 0 (the zenith) to 1 (the horizon). */
function skyAt(height: number): Colour {
  const place = Math.min(height, 0.9999) * (sky.length - 1);
  const [above, below] = [sky[Math.floor(place)] ?? ridge, sky[Math.floor(place) + 1] ?? ridge];
  const share = place % 1;
  return [0, 1, 2].map((part) => (above[part] ?? 0) * (1 - share) + (below[part] ?? 0) * share) as unknown as Colour;
}

/** An evening sky above mountains, as a PNG. Generated, so that the demo needs no file and no licence. */
export function eveningPicture(width = 960, height = 600): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  const ridgeAt = Array.from({ length: width }, (_, x) => {
    const place = (x / width) * Math.PI * 2;
    return height * (0.78 - 0.07 * Math.sin(place * 1.3 + 0.6) - 0.035 * Math.abs(Math.sin(place * 4.1)) - 0.012 * Math.sin(place * 17));
  });
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isPlanet = Math.hypot(x - width * 0.81, y - height * 0.52) < height / 150;
      const colour = y > (ridgeAt[x] ?? height) ? ridge : isPlanet ? planet : skyAt(y / (height * 0.85));
      rows.set(colour, y * (1 + width * 3) + 1 + x * 3);
    }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a channel, red, green and blue; the remaining fields have one value only.
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(rows)),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}
