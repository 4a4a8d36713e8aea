import type { CommentId, DeliveryId, DeviceId, DraftId, MediaId, NotificationId, PostId, SessionId, UserId, WebhookId } from "../contracts/ids.ts";

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
type Nullable<C extends Columns> = { readonly [K in keyof C]: C[K] extends Column<infer O, infer I> ? Column<O | null, I | null> : never };
/** The same columns of a row that an outer join may leave out. */
export const outer = <const C extends Columns>(columns: C) =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, (column as Column<unknown>).nullable])) as Nullable<C>;
/** Values for these columns. */
export type ValuesOf<C extends Columns> = { readonly [K in keyof C]: In<C[K]> };

/** What a column leads to stands in the prototype: listing its own properties must come to an end. */
class ColumnType<Out, In> implements Column<Out, In> {
  readonly type: string;
  readonly nullability: AnyColumn["nullability"];
  constructor(type: string, nullability: AnyColumn["nullability"]) {
    this.type = type;
    this.nullability = nullability;
  }
  get nullable(): Column<Out | null, In | null> {
    return new ColumnType(this.type, "nullable");
  }
  get notNull(): Column<Out, In> {
    return new ColumnType(this.type, "asserted");
  }
  as<T extends Out>(): Column<T> {
    return new ColumnType(this.type, this.nullability);
  }
}
const column = <Out, In = Out>(type: string): Column<Out, In> => new ColumnType(type, "by schema");

export const uuid = column<string>("uuid");
export const text = column<string>("text");
export const boolean = column<boolean>("boolean");
export const int4 = column<number>("int4");
/** Counts, offsets and ids of rows, which stay far below 2^53. */
export const int8 = column<number>("int8");
export const float8 = column<number>("float8");
/** Written as a `Date`, as ISO 8601, or in PostgreSQL's words (`infinity`). */
export const timestamptz = column<Date, Date | string>("timestamptz");
/** Read as a value, written as JSON text. */
export const json = <T>() => column<T, string>("json");
export const jsonb = <T>() => column<T, string>("jsonb");
/** An array; of a nullable element, one that may hold nulls. */
export const array = <Out, In>({ type }: Column<Out, In>) => column<Out[], readonly In[]>(`${type}[]`);

export const userId = uuid.as<UserId>();
export const sessionId = uuid.as<SessionId>();
export const postId = uuid.as<PostId>();
export const draftId = uuid.as<DraftId>();
export const commentId = uuid.as<CommentId>();
export const mediaId = uuid.as<MediaId>();
export const webhookId = uuid.as<WebhookId>();
export const deliveryId = uuid.as<DeliveryId>();
export const deviceId = uuid.as<DeviceId>();
export const notificationId = uuid.as<NotificationId>();
