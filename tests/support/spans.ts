/** What tests look at in a span. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  /** Nanoseconds since the epoch, rounded. */
  startedAt: number;
  attributes: Record<string, string>;
}

interface Field {
  number: number;
  bytes: Buffer;
  integer: bigint;
}

/** The fields of a protobuf message (https://protobuf.dev/programming-guides/encoding/). */
function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = Number(varint());
    const [number, wire] = [key >>> 3, key & 7];
    const field: Field = { number, bytes: Buffer.alloc(0), integer: 0n };
    if (wire === 0) field.integer = varint();
    else if (wire === 1) {
      field.integer = message.readBigUInt64LE(at);
      at += 8;
    } else if (wire === 2) {
      const length = Number(varint());
      field.bytes = message.subarray(at, at + length);
      at += length;
    } else if (wire === 5) at += 4;
    else throw new Error(`wire type ${wire} is not read`);
    found.push(field);
  }
  return found;
}

const all = (message: Buffer, number: number) => fields(message).filter((field) => field.number === number);
const one = (message: Buffer, number: number) => all(message, number)[0]?.bytes ?? Buffer.alloc(0);

/** The spans of an ExportTraceServiceRequest (opentelemetry-proto, trace/v1/trace.proto). */
export const readSpans = (request: Buffer): Span[] =>
  all(request, 1).flatMap(({ bytes: resource }) =>
    all(resource, 2).flatMap(({ bytes: scope }) =>
      all(scope, 2).map(({ bytes: span }) => ({
        traceId: one(span, 1).toString("hex"),
        spanId: one(span, 2).toString("hex"),
        parentSpanId: one(span, 4).toString("hex"),
        name: one(span, 5).toString(),
        startedAt: Number(all(span, 7)[0]?.integer ?? 0n),
        attributes: Object.fromEntries(all(span, 9).map(({ bytes }) => [one(bytes, 1).toString(), one(one(bytes, 2), 1).toString()])),
      })),
    ),
  );
