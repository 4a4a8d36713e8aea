import { GraphQLError, Lexer, Source, TokenKind } from "graphql";

/** Tokens of a document: validation time grows faster than its length. */
const maxTokens = 2_000;

/**
 * Brackets within brackets. The parser, and all that visits a document after it, calls itself for each level; a thousand
 * overflow the stack. An introspection query has about 14.
 */
const maxNesting = 64;

const opening = new Set<TokenKind>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing = new Set<TokenKind>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** Refuses, with a `GraphQLError`, a document that has too many tokens or is nested too deeply, before it is parsed. */
export function checkTokens(document: string | Source): void {
  const source = typeof document === "string" ? new Source(document) : document;
  const lexer = new Lexer(source);
  const refuse = (message: string) => {
    throw new GraphQLError(`Syntax Error: ${message}`, { source, positions: [lexer.token.start] });
  };
  let [count, depth] = [0, 0];
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    if (opening.has(token.kind)) depth++;
    else if (closing.has(token.kind)) depth--;
    if (++count > maxTokens) refuse(`the document has more than ${maxTokens} tokens.`);
    if (depth > maxNesting) refuse(`the document is nested more than ${maxNesting} levels deep.`);
  }
}
