import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const folder = fileURLToPath(new URL("../web/public", import.meta.url));
const brand = readFileSync(`${folder}/favicon.svg`, "utf8");
/** Without round corners: the system cuts it, and the letter is within the circle of 80 % that it leaves (W3C App Manifest, maskable icons). */
const square = brand.replace(/ rx="\d+"/, "");

const icons = [
  { name: "icons/192.png", size: 192, source: brand },
  { name: "icons/512.png", size: 512, source: brand },
  { name: "icons/maskable-192.png", size: 192, source: square },
  { name: "icons/maskable-512.png", size: 512, source: square },
  { name: "apple-touch-icon.png", size: 180, source: square },
];

const pngOf = (source: string, size: number) =>
  sharp(Buffer.from(source), { density: (72 * size) / 32 })
    .resize(size, size)
    .png({ palette: true, colours: 32, effort: 10 })
    .toBuffer();

/** An ICO file of one PNG: a header, the entry of its directory, the image. */
function icoOf(png: Buffer, size: number): Buffer {
  const head = Buffer.alloc(22);
  for (const [at, value] of [
    [2, 1],
    [4, 1],
    [10, 1],
    [12, 32],
  ] as const)
    head.writeUInt16LE(value, at);
  head.writeUInt8(size, 6);
  head.writeUInt8(size, 7);
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, png]);
}

function write(name: string, content: Buffer): void {
  writeFileSync(`${folder}/${name}`, content);
  console.log(`${name} (${content.length} bytes)`);
}

mkdirSync(`${folder}/icons`, { recursive: true });
for (const { name, size, source } of icons) write(name, await pngOf(source, size));
write("favicon.ico", icoOf(await pngOf(brand, 32), 32));
