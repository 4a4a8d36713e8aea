/** Videos in all but their pictures: containers whose samples are text, with what cameras and programs put beside them. */

const bytes = (...parts: (string | Buffer | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part as Buffer))));
const u16 = (...values: number[]) => Buffer.concat(values.map((value) => Buffer.from([(value >> 8) & 255, value & 255])));
const u32 = (...values: number[]) =>
  Buffer.concat(
    values.map((value) => {
      const word = Buffer.alloc(4);
      word.writeUInt32BE(value >>> 0);
      return word;
    }),
  );

// MP4 and QuickTime

export const box = (type: string, ...content: (string | Buffer)[]) => {
  const body = bytes(...content);
  return bytes(u32(8 + body.length), type, body);
};
const full = (type: string, ...content: (string | Buffer)[]) => box(type, u32(0), ...content);

/** What stands in no picture: each must be gone. */
export const secrets = {
  place: "+48.8577+002.295/",
  author: "Jane Doe",
  camera: "Jane's phone",
  xmp: "<x:xmpmeta>51.5 N</x:xmpmeta>",
  telemetry: "GPS 48.8577 2.295",
  space: "freeGPS 48.8577",
  subtitle: "F/2.8, GPS (2.2950, 48.8577, 20)",
  trailer: "SEFT 48.8577",
};

const matrices = { upright: [65_536, 0, 0, 0, 65_536, 0, 0, 0, 0x40000000], turned: [0, 65_536, 0, -65_536, 0, 0, 0, 0, 0x40000000] };

interface TrackOptions {
  handler: string;
  samples: readonly string[];
  width?: number;
  height?: number;
  turned?: boolean;
  /** Flags of its data reference: 1 for this file. */
  reference?: number;
}

export interface Mp4Options {
  brand?: string;
  width?: number;
  height?: number;
  turned?: boolean;
  /** Of ten pictures a second. */
  pictures?: number;
  sound?: boolean;
  video?: boolean;
  /** With everything that must go. */
  secretive?: boolean;
  moovFirst?: boolean;
  reference?: number;
}

const creation = 3_800_000_000;

function trak(
  { handler, samples, width = 0, height = 0, turned = false, reference = 1 }: TrackOptions,
  id: number,
  offsets: readonly number[],
  extra: Buffer[],
) {
  const matrix = u32(...matrices[turned ? "turned" : "upright"]);
  const tkhd = full("tkhd", u32(creation, creation, id, 0, 10_000), u32(0, 0), u16(0, 0, 0, 0), matrix, u32(width * 65_536, height * 65_536));
  const entry =
    handler === "vide"
      ? box("avc1", Buffer.alloc(6), u16(1), Buffer.alloc(16), u16(width, height), Buffer.alloc(50))
      : box("mp4a", Buffer.alloc(6), u16(1), Buffer.alloc(20));
  const stbl = box(
    "stbl",
    full("stsd", u32(1), entry),
    full("stts", u32(1, samples.length, 100)),
    full("stsc", u32(1, 1, 1, 1)),
    full("stsz", u32(0, samples.length, ...samples.map((sample) => sample.length))),
    full("stco", u32(offsets.length, ...offsets)),
  );
  const dref = full("dref", u32(1), box("url ", u32(reference)));
  const minf = box("minf", full(handler === "soun" ? "smhd" : "vmhd", u32(0, 0)), box("dinf", dref), stbl);
  const mdia = box(
    "mdia",
    full("mdhd", u32(creation, creation, 1_000, samples.length * 100, 0)),
    full("hdlr", u32(0), handler, Buffer.alloc(12), secrets.camera, "\0"),
    minf,
  );
  return box("trak", tkhd, mdia, ...extra);
}

/** One picture after the other, each followed by a piece of each other track. */
export function mp4({
  brand = "isom",
  width = 640,
  height = 360,
  turned = false,
  pictures = 20,
  sound = true,
  video = true,
  secretive = false,
  moovFirst = false,
  reference = 1,
}: Mp4Options = {}): Buffer {
  const each = (text: (index: number) => string) => Array.from({ length: pictures }, (_, index) => text(index));
  const tracks: TrackOptions[] = [
    ...(video ? [{ handler: "vide", samples: each((index) => `picture ${index};`), width, height, turned, reference }] : []),
    ...(sound ? [{ handler: "soun", samples: each((index) => `sound ${index};`) }] : []),
    ...(secretive
      ? [
          { handler: "meta", samples: each(() => secrets.telemetry) },
          { handler: "sbtl", samples: each(() => secrets.subtitle) },
        ]
      : []),
  ];
  const ftyp = box("ftyp", brand, u32(512), brand, "mp41");
  const userData = box("udta", box("\u00a9xyz", u16(secrets.place.length, 0), secrets.place), full("loci", secrets.place), box("\u00a9cmt", secrets.author));
  const uuid = box("uuid", Buffer.from("be7acfcb97a942e89c71999491e3afac", "hex"), secrets.xmp);
  const meta = full("meta", full("hdlr", u32(0), "mdta", Buffer.alloc(12)), box("ilst", box("data", secrets.author)));
  const gap = secretive ? secrets.space : "";
  const data: string[] = [gap];
  const offsets = tracks.map((): number[] => []);
  let at = gap.length;
  for (let index = 0; index < pictures; index++)
    for (const [track, { samples }] of tracks.entries()) {
      offsets[track]?.push(at);
      for (const piece of [samples[index] as string, ...(index === 3 ? [gap] : [])]) {
        data.push(piece);
        at += piece.length;
      }
    }
  const moovAt = (dataAt: number) =>
    box(
      "moov",
      full("mvhd", u32(creation, creation, 1_000, pictures * 100), Buffer.alloc(80)),
      ...tracks.map((track, index) =>
        trak(
          track,
          index + 1,
          (offsets[index] as number[]).map((offset) => offset + dataAt),
          secretive ? [userData, meta, uuid, box("free", secrets.space)] : [],
        ),
      ),
      ...(secretive ? [userData, meta, uuid, box("gps ", secrets.place)] : []),
    );
  const mdat = box("mdat", ...data);
  const before = secretive ? [box("free", secrets.space), uuid, box("meta", u32(0), secrets.author)] : [];
  const after = secretive ? [box("skip", secrets.space), uuid, bytes(secrets.trailer)] : [];
  const head = bytes(ftyp, ...before);
  const moovLength = moovAt(0).length;
  return moovFirst ? bytes(head, moovAt(head.length + moovLength + 8), mdat, ...after) : bytes(head, mdat, moovAt(head.length + 8), ...after);
}

/** What a browser records: one `moof` for some pictures each. */
export function fragmentedMp4({ secretive = false, pictures = 6 } = {}): Buffer {
  const ftyp = box("ftyp", "iso5", u32(512), "iso5", "mp41");
  const track = trak({ handler: "vide", samples: [], width: 320, height: 240 }, 1, [], secretive ? [box("udta", secrets.place)] : []);
  const moov = box("moov", full("mvhd", u32(creation, creation, 1_000, 0), Buffer.alloc(80)), track, box("mvex", full("trex", u32(1, 1, 100, 0, 0))));
  const fragments = Array.from({ length: pictures }, (_, index) => {
    const picture = `picture ${index};`;
    const trun = box("trun", u32(0x201), u32(1, 0, picture.length));
    const traf = box(
      "traf",
      box("tfhd", u32(0x020000), u32(1)),
      full("tfdt", u32(index * 100)),
      trun,
      ...(secretive ? [box("uuid", secrets.xmp.padEnd(16))] : []),
    );
    const telemetry = box("traf", box("tfhd", u32(0x020000), u32(9)), box("trun", u32(0x201), u32(1, 0, secrets.telemetry.length)));
    const moof = (offset: number) => {
      // Both runs say where their data is, counted from the moof.
      const [own, other] = [Buffer.from(traf), Buffer.from(telemetry)];
      own.writeInt32BE(offset, own.indexOf("trun") + 12);
      other.writeInt32BE(offset + picture.length, other.indexOf("trun") + 12);
      return box("moof", full("mfhd", u32(index + 1)), own, ...(secretive ? [other] : []));
    };
    return bytes(moof(moof(0).length + 8), box("mdat", picture, secretive ? secrets.telemetry + secrets.space : ""));
  });
  return bytes(ftyp, moov, ...(secretive ? [full("emsg", secrets.author)] : []), ...fragments);
}

// WebM

const width8 = (length: number) => {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE((1n << 56n) | BigInt(length));
  return size;
};
const unknown = Buffer.from("01ffffffffffffff", "hex");
export const element = (id: string, ...content: (string | Buffer | number[])[]) => {
  const body = bytes(...content);
  return bytes(Buffer.from(id, "hex"), body.length < 127 ? Buffer.from([0x80 | body.length]) : width8(body.length), body);
};
const float = (value: number) => {
  const number = Buffer.alloc(8);
  number.writeDoubleBE(value);
  return number;
};

export interface WebmOptions {
  docType?: string;
  width?: number;
  height?: number;
  pictures?: number;
  video?: boolean;
  secretive?: boolean;
  /** As browsers record: no sizes of segment and clusters, no duration. */
  live?: boolean;
  subtitles?: boolean;
}

export function webm({
  docType = "webm",
  width = 640,
  height = 360,
  pictures = 6,
  video = true,
  secretive = false,
  live = false,
  subtitles = false,
}: WebmOptions = {}): Buffer {
  const head = element(
    "1a45dfa3",
    element("4286", [1]),
    element("42f7", [1]),
    element("42f2", [4]),
    element("42f3", [8]),
    element("4282", docType),
    element("4287", [4]),
    element("4285", [2]),
  );
  const open = (id: string, ...content: Buffer[]) => (live ? bytes(Buffer.from(id, "hex"), unknown, ...content) : element(id, ...content));
  const secret = (...elements: Buffer[]) => (secretive ? elements : []);
  const info = element(
    "1549a966",
    ...secret(element("bf", [1, 2, 3, 4])),
    element("2ad7b1", [0x0f, 0x42, 0x40]),
    element("4d80", "test"),
    element("5741", "test"),
    ...(live ? [] : [element("4489", float(pictures * 100))]),
    ...secret(element("7ba9", secrets.author), element("4461", Buffer.alloc(8, 7)), element("7384", secrets.camera)),
  );
  const track = (number: number, type: number, ...more: Buffer[]) =>
    element("ae", element("d7", [number]), element("73c5", [number]), element("83", [type]), ...secret(element("536e", secrets.camera)), ...more);
  const tracks = element(
    "1654ae6b",
    ...(video ? [track(1, 1, element("86", "V_VP9"), element("e0", element("b0", u16(width)), element("ba", u16(height))))] : []),
    track(2, 2, element("86", "A_OPUS")),
    ...(subtitles ? [track(3, 17, element("86", "D_WEBVTT/SUBTITLES"))] : []),
  );
  const seek = (id: string) => element("4dbb", element("53ab", Buffer.from(id, "hex")), element("53ac", [0, 64]));
  const seekHead = element("114d9b74", seek("1549a966"), seek("1654ae6b"), ...secret(seek("1254c367")));
  const tags = element("1254c367", element("7373", element("67c8", element("45a3", "LOCATION"), element("4487", secrets.place))));
  const attachments = element("1941a469", element("61a7", element("466e", "gps.txt"), element("465c", secrets.telemetry)));
  const clusters = Array.from({ length: pictures }, (_, index) => {
    const block = (number: number, text: string) => bytes([0x80 | number], u16(0), [0x80], text);
    return open(
      "1f43b675",
      element("e7", [index * 20]),
      ...secret(element("ec", secrets.space)),
      ...(video
        ? [
            index % 2
              ? element("a0", element("a1", block(1, `picture ${index};`)), ...secret(element("ec", secrets.telemetry)))
              : element("a3", block(1, `picture ${index};`)),
          ]
        : []),
      element("a3", block(2, `sound ${index};`)),
    );
  });
  const segment = open(
    "18538067",
    seekHead,
    ...secret(element("ec", secrets.space.padEnd(300, "."))),
    info,
    tracks,
    ...clusters,
    ...secret(tags, attachments, element("1043a770", element("45b9", element("b6", element("80", element("85", secrets.author)))))),
  );
  return bytes(head, segment, ...(secretive && !live ? [bytes(secrets.trailer)] : []));
}
