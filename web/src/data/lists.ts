import type { PageInfo } from "@newfeed/client";
import type { InfiniteData, QueryKey } from "@tanstack/react-query";
import { queryClient } from "./client.ts";

/** One page of a list of things that are kept elsewhere by id. */
export interface IdPage {
  ids: string[];
  pageInfo: PageInfo;
}
export type IdList = InfiniteData<IdPage, string | undefined>;

export const nextPage = ({ pageInfo }: { pageInfo: PageInfo }) => (pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined);

/** All ids, each once: a page that moved may repeat some. */
export const idsOf = (list: IdList | undefined): string[] => [...new Set(list?.pages.flatMap(({ ids }) => ids))];

const change = (key: QueryKey, work: (ids: string[], page: number) => string[]) =>
  queryClient.setQueryData<IdList>(key, (list) => list && { ...list, pages: list.pages.map((page, index) => ({ ...page, ids: work(page.ids, index) })) });

/** Puts an item first, where its list has been loaded. */
export const putFirst = (key: QueryKey, id: string) => change(key, (ids, page) => (page === 0 && !ids.includes(id) ? [id, ...ids] : ids));

export const takeOut = (key: QueryKey, id: string) => change(key, (ids) => ids.filter((item) => item !== id));

/** What was shown under a name of our own has its real one. */
export const rename = (key: QueryKey, from: string, to: string) =>
  change(key, (ids) => (ids.includes(to) ? ids.filter((item) => item !== from) : ids.map((item) => (item === from ? to : item))));

/** Items that came since the list was loaded, the newest first. */
export function prepend(key: QueryKey, newer: IdPage) {
  queryClient.setQueryData<IdList>(key, (list) => {
    if (!list) return list;
    const [first, ...rest] = list.pages;
    if (!first) return list;
    const known = new Set(idsOf(list));
    const ids = newer.ids.filter((id) => !known.has(id));
    return {
      ...list,
      pages: [{ ids: [...ids, ...first.ids], pageInfo: { ...first.pageInfo, startCursor: newer.pageInfo.startCursor ?? first.pageInfo.startCursor } }, ...rest],
    };
  });
}
