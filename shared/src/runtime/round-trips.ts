/** What this needs of a client of `pg`: the seam that its cursors and streams use too. */
export interface Client {
  query(statement: string | Batch): unknown;
}
interface Connection {
  stream: { cork(): void; uncork(): void };
  parse(statement: { name: string; text: string }): void;
  bind(portal: { statement: string; values: readonly unknown[] }): void;
  describe(what: { type: "P"; name: string }): void;
  execute(portal: { portal: string }): void;
  sync(): void;
  on(event: "parseComplete", listener: () => void): unknown;
  off(event: "parseComplete", listener: () => void): unknown;
}
interface Field {
  name: string;
  dataTypeID: number;
}

/** How values are written, and how a column is read, as the client does it everywhere else. */
export interface Wire {
  toText(value: unknown): unknown;
  parserOf(type: number): (text: string) => unknown;
}

interface Statement {
  text: string;
  /** Already as the wire takes them; undefined for text that may hold several statements, which goes alone. */
  values: unknown[] | undefined;
  resolve(rows: unknown[]): void;
  reject(error: unknown): void;
}

export interface RoundTrips {
  /** Resolves with the rows; rejects with its own failure, or with the one that made the server skip it. Need not be awaited: see `failure`. */
  run<Row>(text: string, values: readonly unknown[]): Promise<Row[]>;
  /** The same for text that may hold several statements, without parameters. */
  runText<Row>(text: string): Promise<Row[]>;
  /** Gives up what was not sent yet. */
  abandon(reason: Error): void;
  /** What failed first. */
  failure(): Error | undefined;
}

/**
 * Statements of one transaction in few round trips: what one turn of the event loop asks goes out in one piece and is
 * answered in one, in the extended protocol with one Sync behind it, so that after a failure the server skips the rest
 * (https://www.postgresql.org/docs/current/protocol-flow.html, "Pipelining"). The client's own `pipeline` mode has a Sync
 * behind each statement: when a BEGIN fails, it runs what was to be in the transaction without one.
 */
export function createRoundTrips(client: Client, wire: Wire): RoundTrips {
  const waiting: Statement[] = [];
  let onTheirWay = false;
  let failure: Error | undefined;

  function send(): void {
    if (onTheirWay) return;
    const alone = waiting.findIndex(({ values }) => values === undefined);
    const batch = waiting.splice(0, alone < 0 ? waiting.length : Math.max(1, alone));
    const [first] = batch;
    if (!first) return;
    onTheirWay = true;
    const next = () => {
      onTheirWay = false;
      send();
    };
    if (first.values) client.query(new Batch(batch, wire, next));
    else (client.query(first.text) as Promise<{ rows: unknown[] }>).then(({ rows }) => first.resolve(rows), first.reject).finally(next);
  }

  function ask<Row>(text: string, values: readonly unknown[] | undefined): Promise<Row[]> {
    const answer = new Promise<unknown[]>((resolve, reject) => {
      const texts = values?.map(wire.toText);
      // Once this turn's promises have run: the rest of what can be asked now.
      if (waiting.length === 0) process.nextTick(send);
      waiting.push({ text, values: texts, resolve, reject });
    });
    answer.catch((error: Error) => {
      failure ??= error;
    });
    return answer as Promise<Row[]>;
  }

  return {
    run: ask,
    runText: (text) => ask(text, undefined),
    abandon(reason) {
      for (const statement of waiting.splice(0)) statement.reject(reason);
    },
    failure: () => failure,
  };
}

/** The texts that a connection has parsed, with their names there. */
const prepared = new WeakMap<Connection, Map<string, string>>();

/** Several statements, as the client takes one: it calls `submit`, then the others as messages come. */
class Batch {
  #statements: readonly Statement[];
  #wire: Wire;
  #ended: () => void;
  #answered = 0;
  #fields: Field[] = [];
  #rows: unknown[] = [];

  constructor(statements: readonly Statement[], wire: Wire, ended: () => void) {
    this.#statements = statements;
    this.#wire = wire;
    this.#ended = ended;
  }

  submit(connection: Connection): void {
    const names = prepared.get(connection) ?? new Map<string, string>();
    prepared.set(connection, names);
    const asked: string[] = [];
    let parsed = 0;
    const countParsed = () => parsed++;
    connection.on("parseComplete", countParsed);
    const ended = this.#ended;
    this.#ended = () => {
      connection.off("parseComplete", countParsed);
      for (const text of asked.slice(parsed)) names.delete(text);
      ended();
    };
    // One system call for all of it.
    connection.stream.cork();
    for (const { text, values = [] } of this.#statements) {
      const name = names.get(text) ?? `transaction-${names.size}`;
      if (!names.has(text)) {
        names.set(text, name);
        asked.push(text);
        connection.parse({ name, text });
      }
      connection.bind({ statement: name, values });
      connection.describe({ type: "P", name: "" });
      connection.execute({ portal: "" });
    }
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: Field[] }): void {
    this.#fields = fields;
  }

  handleDataRow({ fields: texts }: { fields: (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    for (const [index, { name, dataTypeID }] of this.#fields.entries()) {
      const text = texts[index] ?? null;
      row[name] = text === null ? null : this.#wire.parserOf(dataTypeID)(text);
    }
    this.#rows.push(row);
  }

  handleCommandComplete(): void {
    this.#statements[this.#answered++]?.resolve(this.#rows);
    this.#rows = [];
    this.#fields = [];
  }

  handleReadyForQuery(): void {
    this.#ended();
  }

  /** A statement's failure, or the connection's. What was behind it has not run. */
  handleError(error: unknown): void {
    for (const statement of this.#statements.slice(this.#answered)) statement.reject(error);
    this.#ended();
  }
}
