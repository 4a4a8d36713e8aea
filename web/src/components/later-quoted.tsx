import { later } from "./later.tsx";
import type { QuotedProps } from "./quoted.tsx";

/** A quoted post, which is loaded with the first one that is shown. */
export const Quoted = later<QuotedProps>(async () => (await import("./quoted.tsx")).Quoted, { waiting: <div className="quoted" /> });
