/** What a router of a federated graph asks for (Apollo Federation 2): this schema, and entities by their keys. */
export const federation = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])

  directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
  directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE

  scalar link__Import
  scalar federation__FieldSet
  enum link__Purpose {
    SECURITY
    EXECUTION
  }

  "The key of an entity: {__typename, id}"
  scalar _Any
  union _Entity = Post | Comment | User

  type _Service {
    sdl: String!
  }

  extend type Query {
    "This schema, for the router of a federated graph"
    _service: _Service!
    "Posts, comments and users by their keys, for such a router; null for those that you may not see"
    _entities(representations: [_Any!]!): [_Entity]!
  }
`;
