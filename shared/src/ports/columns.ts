/** What is the same of every column, whatever its values are. */
export interface AnyColumn {
  /** The type, as SQL names it. */
  readonly type: string;
  readonly nullability: "by schema" | "nullable" | "asserted";
}

/** A type of PostgreSQL with what its values are in TypeScript: read as `Out`, written as `In`. */
export interface Column<Out, In = Out> extends AnyColumn {
  /** May be null. */
  readonly nullable: Column<Out | null, In | null>;
  /** Never null in these rows although the schema does not say so: an expression, or a column whose nulls the statement leaves out. */
  readonly notNull: Column<Out, In>;
  /** The same under a narrower type, which the database does not check: a brand, a union of literals. */
  as<T extends Out>(): Column<T>;
  readonly values?: { out: Out; in: In };
}

export type Columns = Readonly<Record<string, AnyColumn>>;
type Out<C> = C extends { readonly values?: { out: infer O } } ? O : never;
type In<C> = C extends { readonly values?: { in: infer I } } ? I : never;
/** A row of these columns. */
export type RowOf<C extends Columns> = { -readonly [K in keyof C]: Out<C[K]> };
/** Values for these columns. */
export type ValuesOf<C extends Columns> = { readonly [K in keyof C]: In<C[K]> };

const column = <Out, In = Out>(type: string, nullability: AnyColumn["nullability"] = "by schema"): Column<Out, In> => ({
  type,
  nullability,
  get nullable() {
    return column<Out | null, In | null>(type, "nullable");
  },
  get notNull() {
    return column<Out, In>(type, "asserted");
  },
  as: <T extends Out>() => column<T>(type, nullability),
});

export const uuid = column<string>("uuid");
export const boolean = column<boolean>("boolean");
export const int4 = column<number>("int4");
