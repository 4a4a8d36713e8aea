interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  maxLength?: number;
  minLength?: number;
  maxItems?: number;
  minItems?: number;
  maximum?: number;
  minimum?: number;
  anyOf?: Schema[];
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
}
type Content = Record<string, { schema?: Schema }>;
interface Operation {
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { content?: Content }>;
}
/** What is looked at of an OpenAPI document. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** Whether a schema is of what clients send, or of what they get. */
type Direction = "request" | "response";

const typesOf = ({ type }: Schema) => (type === undefined ? [] : [type].flat());
const valuesOf = (schema: Schema) => schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);

/**
 * What a client that was written for the older document cannot go on with: an operation, a parameter or a field is gone, something is newly
 * required of it, a value that it sends is refused, or a field that it relies on has another type or may be absent. What is new is none of it,
 * further values and alternatives in responses included, which clients have to be prepared for.
 */
export function brokenBy(now: ApiDocument, before: ApiDocument): string[] {
  const resolve = (document: ApiDocument, schema: Schema): Schema =>
    schema.$ref === undefined ? schema : resolve(document, document.components.schemas[schema.$ref.split("/").at(-1) as string] ?? {});

  function compareFields(older: Schema, newer: Schema, direction: Direction, at: string, seen: ReadonlySet<string>): string[] {
    const [had, has] = [new Set(older.required), new Set(newer.required)];
    const changed = Object.entries(older.properties ?? {}).flatMap(([name, field]) => {
      const left = newer.properties?.[name];
      return left ? compare(field, left, direction, `${at}.${name}`, seen) : [`${at}.${name} is gone`];
    });
    const asked = direction === "request" ? [...has].filter((name) => !had.has(name)).map((name) => `${at}.${name} is required`) : [];
    const missing = direction === "response" ? [...had].filter((name) => newer.properties?.[name] && !has.has(name)) : [];
    return [...changed, ...asked, ...missing.map((name) => `${at}.${name} may be absent`)];
  }

  function compareValues(older: Schema, newer: Schema, direction: Direction, at: string): string[] {
    const [types, nowTypes] = [typesOf(older), typesOf(newer)];
    const [sent, understood] = direction === "request" ? [types, nowTypes] : [nowTypes, types];
    const isUnderstood = (type: string) => understood.includes(type) || (type === "integer" && understood.includes("number"));
    if (understood.length > 0 && (sent.length === 0 || !sent.every(isUnderstood))) return [`${at} is ${nowTypes.join(" or ")}, was ${types.join(" or ")}`];
    const taken = valuesOf(newer);
    if (direction === "response") return [];
    const narrower = [
      ...(["maxLength", "maxItems", "maximum"] as const).filter(
        (bound) => (newer[bound] ?? Number.POSITIVE_INFINITY) < (older[bound] ?? Number.POSITIVE_INFINITY),
      ),
      ...(["minLength", "minItems", "minimum"] as const).filter(
        (bound) => (newer[bound] ?? Number.NEGATIVE_INFINITY) > (older[bound] ?? Number.NEGATIVE_INFINITY),
      ),
      ...(newer.pattern !== undefined && newer.pattern !== older.pattern ? ["pattern"] : []),
    ];
    if (narrower.length > 0) return [`${at} has another ${narrower.join(", ")}`];
    if (!taken) return [];
    const refused = valuesOf(older)?.filter((value) => !taken.includes(value)) ?? ["other values"];
    return refused.length > 0 ? [`${at} refuses ${refused.join(", ")}`] : [];
  }

  function compare(olderSchema: Schema, newerSchema: Schema, direction: Direction, at: string, seen: ReadonlySet<string>): string[] {
    const pair = `${olderSchema.$ref} ${newerSchema.$ref}`;
    if (olderSchema.$ref !== undefined && seen.has(pair)) return [];
    const within = new Set(seen).add(pair);
    const [older, newer] = [resolve(before, olderSchema), resolve(now, newerSchema)];
    if (older.anyOf || newer.anyOf) {
      const others = newer.anyOf ?? [newer];
      const isNull = ({ type }: Schema) => type === "null";
      const had = older.anyOf ?? [older];
      if (direction === "response" && others.some(isNull) && !had.some((each) => typesOf(each).includes("null"))) return [`${at} may be null`];
      // A response that is null no more breaks nobody.
      return had
        .filter((each) => direction === "request" || !isNull(each))
        .flatMap((each) => {
          const tried = others.map((other) => compare(each, other, direction, at, within)).sort((one, other) => one.length - other.length);
          return tried[0] ?? [];
        });
    }
    const elements = [
      [older.items, newer.items],
      [older.additionalProperties, newer.additionalProperties],
    ] as const;
    return [
      ...compareValues(older, newer, direction, at),
      ...compareFields(older, newer, direction, at, within),
      ...elements.flatMap(([one, other]) => (typeof one === "object" && typeof other === "object" ? compare(one, other, direction, `${at}[]`, within) : [])),
    ];
  }

  function compareContents(older: Content = {}, newer: Content = {}, direction: Direction, at: string): string[] {
    return Object.entries(older).flatMap(([type, { schema }]) => {
      const other = newer[type];
      if (!other) return [`${at} is no ${type}`];
      return schema && other.schema ? compare(schema, other.schema, direction, at, new Set()) : [];
    });
  }

  function compareOperations(older: Operation, newer: Operation, at: string): string[] {
    const sameAs = (one: Parameter) => (other: Parameter) => other.name === one.name && other.in === one.in;
    const parameters = (older.parameters ?? []).flatMap((parameter) => {
      const other = newer.parameters?.find(sameAs(parameter));
      if (!other) return [`${at} ?${parameter.name} is gone`];
      return parameter.schema && other.schema ? compare(parameter.schema, other.schema, "request", `${at} ?${parameter.name}`, new Set()) : [];
    });
    const asked = (newer.parameters ?? []).filter((parameter) => parameter.required && !older.parameters?.find(sameAs(parameter))?.required);
    return [
      ...parameters,
      ...asked.map(({ name }) => `${at} ?${name} is required`),
      ...(newer.requestBody?.required && !older.requestBody?.required ? [`${at} requires a body`] : []),
      ...compareContents(older.requestBody?.content, newer.requestBody?.content, "request", `${at} request`),
      ...Object.entries(older.responses)
        .filter(([status]) => status.startsWith("2"))
        .flatMap(([status, { content }]) =>
          newer.responses[status]
            ? compareContents(content, newer.responses[status]?.content, "response", `${at} ${status}`)
            : [`${at} no longer answers ${status}`],
        ),
    ];
  }

  return Object.entries(before.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const at = `${method.toUpperCase()} ${path}`;
      const newer = now.paths[path]?.[method];
      return newer ? compareOperations(operation, newer, at) : [`${at} is gone`];
    }),
  );
}
