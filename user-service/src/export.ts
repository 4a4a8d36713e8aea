/** One page of a section: `next` asks for the page after it. */
export interface ExportPage {
  items: unknown[];
  next: string | null;
}
export type FetchPage = (after: string | undefined) => Promise<ExportPage>;

/**
 * One JSON object: what `head` gives, then a list per section. All first pages are fetched before this resolves, so that
 * a part that is away fails the export before anything is written; the later ones while it is written, one at a time,
 * so that a large account is never held whole.
 */
export async function exportDocument(
  head: () => Promise<Record<string, unknown>>,
  sections: Readonly<Record<string, FetchPage>>,
): Promise<AsyncGenerator<string>> {
  const [first, ...begun] = await Promise.all([
    head(),
    ...Object.entries(sections).map(async ([name, fetch]) => ({ name, fetch, page: await fetch(undefined) })),
  ]);
  return write(first, begun);
}

async function* write(head: Record<string, unknown>, sections: { name: string; fetch: FetchPage; page: ExportPage }[]): AsyncGenerator<string> {
  // Both have members: the braces between them are left out.
  yield JSON.stringify(head).slice(0, -1);
  for (const { name, fetch, page: firstPage } of sections) {
    yield `,${JSON.stringify(name)}:[`;
    let separator = "";
    for (let page = firstPage; ; page = await fetch(page.next)) {
      for (const item of page.items) {
        yield separator + JSON.stringify(item);
        separator = ",";
      }
      if (page.next === null) break;
    }
    yield "]";
  }
  yield "}\n";
}
