import { type DescMessage, fromJson, type JsonObject, type JsonValue, type MessageShape, ScalarType, toJson } from "@bufbuild/protobuf";
import type { Route } from "../contracts/route.ts";
import type { GivenInput } from "../http/route-input.ts";
import type { MappedMethod } from "./methods.ts";

/** A message of what a route answers: the fields have the same names. What the message does not have is left out. */
export const messageOf = <Desc extends DescMessage>(desc: Desc, answer: unknown): MessageShape<Desc> =>
  fromJson(desc, (answer ?? {}) as JsonValue, { ignoreUnknownFields: true });

const parametersOf = ({ path }: Route) => [...path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);

/**
 * The fields that change: all that are set, or those that the mask names. One that it names and that is not set becomes
 * empty. (https://google.aip.dev/134)
 */
function masked({ updateMask, ...fields }: JsonObject, desc: DescMessage): JsonObject {
  if (typeof updateMask !== "string" || updateMask === "") return fields;
  const empty = (name: string) => (desc.fields.find(({ jsonName }) => jsonName === name)?.fieldKind === "list" ? [] : null);
  return Object.fromEntries(updateMask.split(",").map((name) => [name, fields[name] ?? empty(name)]));
}

/** Protobuf's JSON writes numbers of 64 bits as texts. Ours are below 2^53: a larger one is refused by the bounds of its field. */
const numbersOf = (fields: JsonObject, desc: DescMessage): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const field = desc.fields.find(({ jsonName }) => jsonName === name);
      return [name, field?.fieldKind === "scalar" && field.scalar === ScalarType.INT64 ? Number(value) : value];
    }),
  );

/** What a request gives to its route: the path's parameters, and the rest as its query or body. */
export function givenBy({ method, route, idField = "id" }: MappedMethod, message: MessageShape<DescMessage>): GivenInput {
  const fields = toJson(method.input, message) as JsonObject;
  const params: JsonObject = {};
  for (const parameter of parametersOf(route)) {
    const name = parameter === "id" ? idField : parameter;
    params[parameter] = fields[name] ?? "";
    delete fields[name];
  }
  return route.method === "get" ? { params, query: fields } : { params, body: numbersOf(masked(fields, method.input), method.input) };
}
