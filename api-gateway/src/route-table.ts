import { Problem } from "@newfeed/shared/contracts/errors.ts";

/** A node of the tree: the literal segments and the parameter that may follow, and the route that ends here. */
interface Node<T> {
  literals: Map<string, Node<T>>;
  parameter?: Node<T>;
  leaf?: { value: T; names: string[] };
}

export interface Found<T> {
  value: T;
  /** Decoded. Throws `malformed_request` for a parameter that is not percent-encoded UTF-8. */
  params(): Record<string, string>;
}

/**
 * Finds the route of a method and a path in a tree of segments: as fast for a hundred routes as for ten, unlike a list of
 * expressions. Literals go before parameters, a trailing `/` is ignored, case matters, and HEAD matches GET: as in Express.
 */
export function createRouteTable<T>() {
  const methods = new Map<string, Node<T>>();
  const newNode = (): Node<T> => ({ literals: new Map() });

  function walk(node: Node<T>, segments: readonly string[], at: number, values: string[]): Node<T>["leaf"] {
    const segment = segments[at];
    if (segment === undefined) return node.leaf;
    const literal = node.literals.get(segment);
    const found = literal && walk(literal, segments, at + 1, values);
    if (found || !node.parameter || segment === "") return found;
    values.push(segment);
    const leaf = walk(node.parameter, segments, at + 1, values);
    if (!leaf) values.pop();
    return leaf;
  }

  return {
    /** `path` as Express writes it, with `:name` parameters. The first of equal paths stays. */
    add(method: string, path: string, value: T): void {
      let node = methods.get(method) ?? newNode();
      methods.set(method, node);
      const names: string[] = [];
      for (const segment of path.split("/").slice(1)) {
        let next: Node<T> | undefined = segment.startsWith(":") ? node.parameter : node.literals.get(segment);
        if (!next) {
          next = newNode();
          if (segment.startsWith(":")) node.parameter = next;
          else node.literals.set(segment, next);
        }
        if (segment.startsWith(":")) names.push(segment.slice(1));
        node = next;
      }
      node.leaf ??= { value, names };
    },

    /** Undefined if there is no route. */
    find(method: string, path: string): Found<T> | undefined {
      const root = methods.get(method === "HEAD" ? "GET" : method);
      if (!root) return undefined;
      const values: string[] = [];
      const end = path.length > 1 && path.endsWith("/") ? path.length - 1 : path.length;
      const leaf = walk(root, path.slice(1, end).split("/"), 0, values);
      if (!leaf) return undefined;
      const { value, names } = leaf;
      return { value, params: () => Object.fromEntries(names.map((name, index) => [name, decoded(values[index] as string)])) };
    },
  };
}

function decoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new Problem("malformed_request", { internal: `not percent-encoded UTF-8: ${text}`, cause });
  }
}
