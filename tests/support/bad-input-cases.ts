import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { Route } from "@newfeed/shared/contracts/route.ts";
import * as z from "zod";

/** A request that every route must refuse, and the expected response. */
export interface BadRequest {
  what: string;
  method: string;
  /** Path with query, as sent. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  status: number;
  code: string;
  /** The one field that the response must name, or one of its items. */
  field?: string;
}

/** The part of JSON Schema that the contracts use. */
interface Property {
  type?: string;
  format?: string;
  pattern?: string;
  enum?: string[];
  const?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  items?: Property;
  properties?: Record<string, Property>;
  /** A schema with a name. */
  $ref?: string;
  anyOf?: Property[];
  example?: unknown;
}
interface Shape {
  properties: Record<string, Property>;
  required: readonly string[];
  /** Takes fields that it does not know, as an object with a schema for them says. */
  open: boolean;
}

/** A valid id that does not exist. */
const id = "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e";
const json = { "content-type": "application/json" };
/** Samples for the patterns in use; a new pattern needs one here. */
const fitting = [
  "UTC",
  "abc_123",
  "music",
  "c".repeat(43),
  "c".repeat(87),
  "c".repeat(22),
  `user:${id}`,
  "abcdefgh:1",
  "2026-01-31T12:00:00.000Z",
  "22:00",
  "1",
];

function shapeOf(schema: z.ZodType): Shape {
  const { $defs = {}, ...document } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Record<string, unknown>;
  const named = ({ $ref }: { $ref?: unknown }) => (typeof $ref === "string" ? ($defs as Record<string, unknown>)[$ref.split("/").at(-1) ?? ""] : undefined);
  const { properties = {}, required = [], additionalProperties } = (named(document) ?? document) as Partial<Shape> & { additionalProperties?: unknown };
  const resolved = (property: Property): Property => {
    const { items, properties: inner, ...found } = (named(property) ?? property) as Property;
    return {
      ...found,
      ...(items && { items: resolved(items) }),
      ...(inner && { properties: Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, resolved(one)])) }),
    };
  };
  const present = (property: Property): Property => {
    const { $ref, anyOf = [], ...found } = withoutNull(resolved(property));
    return $ref ? { ...resolved({ $ref }), anyOf } : { ...found, anyOf };
  };
  return {
    properties: Object.fromEntries(Object.entries(properties).map(([key, property]) => [key, present(property)])),
    required,
    open: typeof additionalProperties === "object",
  };
}
const isNullable = (property: Property) => property.anyOf?.some(({ type }) => type === "null") ?? false;
const withoutNull = (property: Property): Property =>
  isNullable(property) ? { ...property.anyOf?.find(({ type }) => type !== "null"), anyOf: property.anyOf ?? [] } : property;

/** A valid value. */
function sampleOf({ type, properties = {}, format, pattern, enum: values, const: only, minimum, items, minLength = 0, example }: Property): unknown {
  if (type === "array") return items ? [sampleOf(items)] : [];
  // Where fields depend on each other, the example says which go together.
  if ((type === "object" || values) && example !== undefined) return example;
  if (type === "object") return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, sampleOf(withoutNull(property))]));
  if (type === "boolean") return true;
  if (type === "integer") return minimum ?? 1;
  if (only ?? values) return only ?? values?.[0];
  if (format === "uuid") return id;
  if (format === "uri") return "https://example.com/picture";
  if (format === "email") return "alice@example.com";
  if (pattern) return fitting.find((text) => new RegExp(pattern).test(text));
  return "text ".repeat(Math.ceil(Math.max(minLength, 1) / 5));
}

function wrongTexts({ format, pattern, enum: values, const: only, minLength = 0, maxLength }: Property, sample: string): [string, string][] {
  const fits = (text: string) => pattern === undefined || new RegExp(pattern, "u").test(text);
  return [
    ["with NUL", `${sample}\u0000`],
    ...(maxLength === undefined ? [] : [["too long", sample.padEnd(maxLength + 1, "a")] as [string, string]]),
    ...(minLength > 0 || format || !fits("") ? [["empty", ""] as [string, string]] : []),
    ...(format || !fits("no!such") || values || only ? [["out of form", "no!such"] as [string, string]] : []),
    ...(format === "uri" ? [["a script", "javascript:alert(1)"] as [string, string], ["a file", "file:///etc/passwd"] as [string, string]] : []),
  ];
}

/** Values that a property of a JSON body must refuse. */
function wrongValues(property: Property): [string, unknown][] {
  const { type, items, maxItems, minimum = 0, maximum = 0 } = property;
  const sample = sampleOf(property);
  const types: [string, unknown][] = [
    ["null", null],
    ["a number", 5],
    ["a huge number", 1e300],
    ["true", true],
    ["an object", { toString: "x" }],
    ["a list", [[]]],
    ["a text", "text"],
  ];
  const wrong = types.filter(([what]) => !(what === "a text" && type === "string") && !(what === "null" && isNullable(property)));
  if (type === "string") return [...wrong, ["with a lone surrogate", `${sample}\ud800`], ...wrongTexts(property, String(sample))];
  if (type === "integer")
    return [...wrong.filter(([what]) => what !== "a number"), ["too little", minimum - 1], ["too much", maximum + 1], ["a part", minimum + 0.5]];
  // None of them has the fields that it needs.
  if (type === "object") return wrong;
  if (type === "boolean") return wrong.filter(([what]) => what !== "true");
  if (type !== "array" || !items) throw new Error(`no wrong values for ${JSON.stringify(property)}`);
  return [
    ...wrong,
    ...wrongValues(items).map(([what, value]): [string, unknown] => [`a list with ${what}`, [value]]),
    ...(maxItems === undefined ? [] : [["too many", Array(maxItems + 1).fill(sampleOf(items))] as [string, unknown]]),
  ];
}

/** Values that a query parameter must refuse, percent-encoded. */
function wrongParameters(name: string, property: Property): [string, string][] {
  const { type, minimum = 0, maximum = 0 } = property;
  const one = `${name}=${encodeURIComponent(String(sampleOf(property)))}`;
  const texts =
    type === "integer"
      ? ["abc", "", "%20", "1.5", "-1", "NaN", "1e400", "99999999999999999999", "1%00", String(minimum - 1), String(maximum + 1)]
      : wrongTexts(property, String(sampleOf(property))).map(([, text]) => encodeURIComponent(text));
  const positions = ["rubbish", "", "AAAA", "%22%3B--", Buffer.from(`zzzzzzzzzzz.${id}`).toString("base64url"), Buffer.from(`1.${id}x`).toString("base64url")];
  return [
    ["given twice", `${one}&${one}`],
    ...[...texts, ...(name === "cursor" || name === "since" ? positions : [])].map((text): [string, string] => [`= ${text.slice(0, 24)}`, `${name}=${text}`]),
  ];
}

const badIds: Record<string, string> = {
  "a number": "1",
  "a word": "not-an-id",
  "an id and more": `${id}0`,
  "not quite an id": id.replace("7", "x"),
  NUL: "%00",
  "an id with NUL": `${id}%00`,
  SQL: "%27%20OR%201%3D1--",
  "a climb": "%2e%2e%2f%2e%2e%2fhealth",
  dots: "%2e%2e",
  "a prototype": "__proto__",
  "an emoji": "%F0%9F%98%80",
  "very long": "a".repeat(4_000),
};
const brokenEncodings = ["%E0%A4%A", "%", "%zz", "%ED%A0%80", "%ff"];

/** Every request to a path of a route with one thing wrong; `userId` is an existing user's. */
export function badRequests(route: Route, template: string, userId: string): BadRequest[] {
  const method = route.method.toUpperCase();
  const [params, query] = [shapeOf(route.params), shapeOf(route.query)];
  const fill = (values: Record<string, string> = {}) =>
    template.replace(/:(\w+)/g, (_, name: string) => values[name] ?? encodeURIComponent(String(sampleOf(params.properties[name] ?? {}))).replace(id, userId));
  const needed = query.required.map((name) => `${name}=${encodeURIComponent(String(sampleOf(query.properties[name] ?? {})))}`);
  const path = [fill(), needed.join("&")].filter(Boolean).join("?");
  const withQuery = (text: string, without?: string) =>
    `${fill()}?${[...needed.filter((item) => !item.startsWith(`${without}=`)), text].filter(Boolean).join("&")}`;
  const secret: Record<string, string> = route.passwordHeader ? { [route.passwordHeader]: "of nobody" } : {};
  const sound = { headers: { ...secret, ...(route.bodyType === "json" && json) }, ...(route.bodyType === "json" && { body: JSON.stringify(goodBody(route)) }) };
  const refused = { method, status: 400, code: "validation_failed", ...sound };

  const inParams = Object.keys(params.properties).flatMap((name) => [
    ...Object.entries(badIds)
      .filter(([, value]) => !new RegExp(params.properties[name]?.pattern ?? "").test(decodeURIComponent(value)))
      .map(([what, value]) => ({ ...refused, what: `${name}: ${what}`, path: fill({ [name]: value }), field: name })),
    ...brokenEncodings.map((value) => ({ ...refused, code: "malformed_request", what: `${name}: ${value}`, path: fill({ [name]: value }) })),
  ]);
  const inQuery = [
    ...(query.open ? [] : ["surplus", "__proto__", "constructor", "limit[]"]).map((name) => ({
      ...refused,
      what: `unknown ${name}`,
      path: withQuery(`${name}=1`),
      field: name,
    })),
    ...query.required.map((name) => ({ ...refused, what: `without ${name}`, path: withQuery("", name), field: name })),
    ...Object.entries(query.properties).flatMap(([name, property]) =>
      wrongParameters(name, property).map(([what, text]) => ({ ...refused, what: `${name} ${what}`, path: withQuery(text, name), field: name })),
    ),
    ...brokenEncodings.map((text) => ({
      ...refused,
      code: "malformed_request",
      what: `broken encoding ${text}`,
      path: withQuery(`${Object.keys(query.properties).at(-1) ?? "x"}=${text}`, Object.keys(query.properties).at(-1)),
    })),
  ];
  const inBody =
    route.bodyType === "json"
      ? badBodies(route).map((bad) => ({ method, status: 400, code: "validation_failed", path, ...bad, headers: { ...bad.headers, ...secret } }))
      : [];
  const inForm =
    route.bodyType === "multipart"
      ? [
          ...["application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data"].map((type) => ({
            ...{ ...refused, what: `a form as ${type}`, path, headers: { "content-type": type }, body: "{}" },
            ...{ status: 415, code: "unsupported_media_type" },
          })),
          {
            ...{ ...refused, what: "a broken form", path, headers: { "content-type": "multipart/form-data; boundary=x" }, body: "--x\r\nrubbish" },
            code: "malformed_request",
          },
        ]
      : [];
  const inKey = route.idempotent
    ? ["", "with space", "caf\u00e9", "k".repeat(129), "one, two"].map((key) => ({
        ...{ ...refused, what: `Idempotency-Key ${key.slice(0, 12)}`, path, field: "Idempotency-Key" },
        headers: { ...json, "idempotency-key": key },
      }))
    : [];
  return [...inParams, ...inQuery, ...inBody, ...inForm, ...inKey];
}

/** A valid body with every property of the route. */
function goodBody(route: Route): Record<string, unknown> {
  const body = Object.fromEntries(Object.entries(shapeOf(route.body).properties).map(([name, property]) => [name, sampleOf(property)]));
  route.body.parse(body);
  return body;
}

function badBodies(route: Route): (Omit<BadRequest, "method" | "path" | "status" | "code"> & Partial<BadRequest>)[] {
  const { properties, required } = shapeOf(route.body);
  const good = goodBody(route);
  const text = JSON.stringify(good);
  const inside = text.slice(1);
  const joined = (property: string) => `{${property}${inside === "}" ? "" : ","}${inside}`;
  const of = (what: string, body: unknown, field: string) => ({ what, headers: json, body: JSON.stringify(body), field });
  const malformed = (what: string, body: string | Buffer) => ({ what, headers: json, body, code: "malformed_json" });
  const unsupported = (what: string, headers: Record<string, string>) => ({ what, headers, body: text, status: 415, code: "unsupported_media_type" });
  const unreadable = [
    malformed("half a body", text.slice(0, -1)),
    malformed("two bodies", text + text),
    malformed("no JSON", "{'a': 1}"),
    malformed("NaN", joined(`"surplus":NaN`)),
    malformed("white space", "  "),
    malformed("bytes that are no UTF-8", Buffer.from(joined(`"surplus":"caf\u00e9"`), "latin1")),
    malformed("a byte order mark in the middle", `{\ufeff${inside}`),
    unsupported("in an odd charset", { "content-type": "application/json; charset=latin1" }),
    unsupported("in an odd encoding", { ...json, "content-encoding": "rubbish" }),
    { what: "packed, and not really", headers: { ...json, "content-encoding": "gzip" }, body: text, code: "malformed_request" },
    { what: "too large", headers: json, body: joined(`"surplus":"${"a".repeat(bounds.jsonBodyBytes)}"`), status: 413, code: "payload_too_large" },
  ];
  if (route.openBody) return [...[null, 0, 1e308, "text", true].map((body) => of(`${body} as the body`, body, "body")), ...unreadable];
  return [
    ...required.map((name) => of(`without ${name}`, { ...good, [name]: undefined }, name)),
    ...Object.entries(properties).flatMap(([name, property]) =>
      wrongValues(property).map(([what, value]) => of(`${name}: ${what}`, { ...good, [name]: value }, name)),
    ),
    of("an unknown field", { ...good, surplus: 1 }, "surplus"),
    of("a constructor", { ...good, constructor: { prototype: { admin: true } } }, "constructor"),
    { what: "a prototype", headers: json, body: joined(`"__proto__":{"admin":true}`), field: "__proto__" },
    { what: "an escaped prototype", headers: json, body: joined(`"\\u005f_proto__":1`), field: "__proto__" },
    ...[null, [], [good], 0, 1e308, "text", true].map((body) => of(`${JSON.stringify(body)?.slice(0, 12)} as the body`, body, "body")),
    of("very deep JSON", { ...good, surplus: 1 }, "surplus"),
    { what: "a very deep list", headers: json, body: `${"[".repeat(50_000)}${"]".repeat(50_000)}`, field: "body" },
    { what: "a very deep field", headers: json, body: joined(`"surplus":${'{"a":'.repeat(15_000)}1${"}".repeat(15_000)}`), field: "surplus" },
    ...(route.bodyOptional ? [] : [{ what: "no body", headers: json, field: "body" }]),
    unsupported("as text", { "content-type": "text/plain" }),
    unsupported("as a form", { "content-type": "application/x-www-form-urlencoded" }),
    unsupported("as multipart", { "content-type": "multipart/form-data; boundary=x" }),
    unsupported("as almost JSON", { "content-type": "application/jsonp" }),
    unsupported("as nothing", {}),
    ...unreadable,
  ];
}
