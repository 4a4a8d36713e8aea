/** A column of a result, as the server describes it. */
export interface Field {
  name: string;
  dataTypeID: number;
}

/** Makes of a result's columns what reads its rows, of texts as the wire has them. */
export type RowReader = (fields: readonly Field[]) => (texts: readonly (string | null)[]) => unknown;

/** A statement that is to run once. */
export interface Request {
  /** What the connection keeps the statement under; empty for one that it does not keep. */
  name: string;
  text: string;
  /** As the wire takes them. */
  values: readonly unknown[];
  readerFor: RowReader;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}
export interface Answer {
  rows: unknown[];
  fields: readonly Field[];
  /** The server's word for what was done: `INSERT 0 1`. */
  command: string;
}

/** What this needs of a connection of `pg`: the seam that its cursors and streams use too. */
export interface Connection {
  stream: { cork(): void; uncork(): void };
  parse(statement: { name: string; text: string }): void;
  bind(portal: { statement: string; values: readonly unknown[] }): void;
  describe(what: { type: "P"; name: string }): void;
  execute(portal: { portal: string }): void;
  sync(): void;
  on(event: "parseComplete", listener: () => void): unknown;
  off(event: "parseComplete", listener: () => void): unknown;
}

/** A result's columns and what reads its rows. */
interface Shape {
  fields: readonly Field[];
  read: (texts: readonly (string | null)[]) => unknown;
}
const noRows: Shape = { fields: [], read: () => ({}) };

/**
 * The statements that a connection has parsed, by name. A statement's columns are known once it has run: the server refuses
 * to run it when they change.
 */
const parsed = new WeakMap<Connection, Map<string, Shape | undefined>>();

/** Statements that go to the server in one piece, as the client takes a query: it calls `submit`, then the others as messages come. */
export class Batch {
  /** Of the pool, when it runs this. */
  callback?: (error: unknown) => void;
  #requests: readonly Request[];
  #ended: () => void;
  #shapes: Map<string, Shape | undefined> = new Map();
  #answered = 0;
  #shape: Shape | undefined;
  #rows: unknown[] = [];

  constructor(requests: readonly Request[], ended: () => void = () => {}) {
    this.#requests = requests;
    this.#ended = ended;
  }

  submit(connection: Connection): void {
    const shapes = parsed.get(connection) ?? new Map<string, Shape | undefined>();
    parsed.set(connection, shapes);
    this.#shapes = shapes;
    /** Names in the order of the answers; empty for what is not kept. */
    const asked: string[] = [];
    // One system call for all of it.
    connection.stream.cork();
    for (const { name, text, values } of this.#requests) {
      if (name === "" || !shapes.has(name)) {
        if (name !== "") shapes.set(name, undefined);
        asked.push(name);
        connection.parse({ name, text });
      }
      connection.bind({ statement: name, values });
      if (name === "" || !shapes.get(name)) connection.describe({ type: "P", name: "" });
      connection.execute({ portal: "" });
    }
    connection.sync();
    connection.stream.uncork();
    if (asked.length > 0) this.#forgetUnparsed(connection, shapes, asked);
  }

  /** What the server did not come to, or did not understand, is to be parsed again. */
  #forgetUnparsed(connection: Connection, shapes: Map<string, Shape | undefined>, asked: readonly string[]): void {
    let count = 0;
    const onParsed = () => count++;
    connection.on("parseComplete", onParsed);
    const ended = this.#ended;
    this.#ended = () => {
      connection.off("parseComplete", onParsed);
      for (const name of asked.slice(count)) shapes.delete(name);
      ended();
    };
  }

  handleRowDescription({ fields }: { fields: readonly Field[] }): void {
    const request = this.#requests[this.#answered];
    if (!request) return;
    this.#shape = { fields, read: request.readerFor(fields) };
    if (request.name !== "") this.#shapes.set(request.name, this.#shape);
  }

  handleDataRow({ fields: texts }: { fields: readonly (string | null)[] }): void {
    this.#shape ??= this.#shapes.get(this.#requests[this.#answered]?.name ?? "");
    this.#rows.push(this.#shape?.read(texts));
  }

  handleCommandComplete({ text }: { text: string }): void {
    const request = this.#requests[this.#answered++];
    if (!request) return;
    const kept = request.name !== "" && this.#shapes.get(request.name);
    const shape = this.#shape ?? (kept || noRows);
    if (request.name !== "" && !kept) this.#shapes.set(request.name, shape);
    request.resolve({ rows: this.#rows, fields: shape.fields, command: text });
    this.#rows = [];
    this.#shape = undefined;
  }

  handleReadyForQuery(): void {
    this.#ended();
    this.callback?.(null);
  }

  /** A statement's failure, or the connection's. What was behind it has not run. */
  handleError(error: unknown): void {
    for (const request of this.#requests.slice(this.#answered)) request.reject(error);
    this.#ended();
    this.callback?.(error);
  }
}
