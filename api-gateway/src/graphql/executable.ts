import { buildSchema, type GraphQLSchema, isObjectType } from "graphql";
import { subscriptionFields } from "./live-values.ts";
import { resolvers } from "./resolvers.ts";
import { typeDefs } from "./schema.ts";

/** The schema with its resolvers. A field without one has the name of the property that it shows. */
export function executableSchema(): GraphQLSchema {
  const schema = buildSchema(typeDefs);
  for (const [typeName, ofFields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    for (const [name, resolve] of Object.entries(ofFields)) {
      const field = isObjectType(type) ? type.getFields()[name] : undefined;
      if (!field) throw new Error(`The schema has no field ${typeName}.${name}.`);
      field.resolve = resolve;
    }
  }
  const live = schema.getSubscriptionType()?.getFields() ?? {};
  for (const [name, field] of Object.entries(subscriptionFields)) Object.assign(live[name] as object, field);
  return schema;
}
