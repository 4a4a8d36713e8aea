import { bounds } from "@newfeed/shared/contracts/limits.ts";
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** Resolved fields that cost one point, about as much work as a call. */
const fieldsPerPoint = 500;

/** How long each list of the introspection types is in this schema, on average; every other field has one value. */
function listLengths(schema: GraphQLSchema): Record<string, number> {
  const types = Object.values(schema.getTypeMap());
  const fields = types.flatMap((type) => (isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []));
  const inputFields = types.flatMap((type) => (isInputObjectType(type) ? Object.values(type.getFields()) : []));
  const enumValues = types.flatMap((type) => (isEnumType(type) ? type.getValues() : []));
  const ofEach = (list: readonly unknown[], owners: readonly unknown[]) => list.length / Math.max(1, owners.length);
  return {
    types: types.length,
    directives: schema.getDirectives().length,
    fields: ofEach(fields, types),
    inputFields: ofEach(inputFields, types),
    enumValues: ofEach(enumValues, types),
    args: ofEach(
      fields.flatMap(({ args }) => args),
      fields,
    ),
    // Half of all types are wrapped in another: a list, or one that is not null.
    ofType: 0.5,
  };
}

/**
 * The points that an operation's introspection costs: one for each `__schema` or `__type` at least, more for what they
 * select. Throws a `GraphQLError` for more than a tool has reason to ask.
 */
export function createIntrospectionPrice(schema: GraphQLSchema): (document: DocumentNode, operation: OperationDefinitionNode) => number {
  const lengths = listLengths(schema);
  return (document, operation) => {
    const fragments = new Map<string, FragmentDefinitionNode>();
    for (const definition of document.definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);

    /** Sums a number over the fields of a set. Each fragment is summed once: expanding every spread takes exponential time. */
    function sumOver(ofField: (name: string, selected: SelectionSetNode | undefined) => number) {
      const known = new Map<string, number>();
      const ofSelection = (selection: SelectionNode): number => {
        if (selection.kind === Kind.FIELD) return ofField(selection.name.value, selection.selectionSet);
        if (selection.kind === Kind.INLINE_FRAGMENT) return ofSet(selection.selectionSet);
        const name = selection.name.value;
        const sum = known.get(name) ?? ofSet(fragments.get(name)?.selectionSet);
        known.set(name, sum);
        return sum;
      };
      const ofSet = (set: SelectionSetNode | undefined): number => (set?.selections ?? []).reduce((sum, selection) => sum + ofSelection(selection), 0);
      return ofSet;
    }
    const fieldsIn: (set: SelectionSetNode | undefined) => number = sumOver((name, selected) => 1 + (lengths[name] ?? 1) * fieldsIn(selected));
    const pointsOf = sumOver((name, selected) => (name === "__schema" || name === "__type" ? Math.ceil((1 + fieldsIn(selected)) / fieldsPerPoint) : 0));
    const points = pointsOf(operation.selectionSet);
    if (points > bounds.graphqlIntrospection)
      throw new GraphQLError(`The introspection costs ${points} points; at most ${bounds.graphqlIntrospection} are allowed.`);
    return points;
  };
}
