import { lengths } from "./text.ts";

/** Letters, digits, dots and underscores, but no dot at an end, where a sentence's full stop would be. */
export const usernameForm = "[A-Za-z0-9_][A-Za-z0-9_.]*[A-Za-z0-9_]";

export const usernameRule = `${lengths.username.min} to ${lengths.username.max} letters, digits, dots or underscores, with no dot at the beginning or the end`;
