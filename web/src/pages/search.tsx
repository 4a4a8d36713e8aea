import type { User } from "@newfeed/client";
import { foldLine, lengths } from "@newfeed/shared/contracts/text.ts";
import { Hash, Search, SearchX, UserSearch } from "lucide-react";
import { useCallback, useDeferredValue, useEffect, useState } from "react";
import { Link, useLocation, useSearch as useQueryString } from "wouter";
import { PageHeading } from "../components/page-heading.tsx";
import { PostList } from "../components/post-list.tsx";
import { PostSkeletons, RowSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed, More } from "../components/states.tsx";
import { TagItem, Trends } from "../components/trends.tsx";
import { UserList } from "../components/user-list.tsx";
import { UserRow } from "../components/user-row.tsx";
import { useObservable } from "../data/hooks.ts";
import { keys } from "../data/keys.ts";
import { lifeOf } from "../data/lists.ts";
import { useSearch } from "../data/people.ts";
import { usePostSearch } from "../data/post-search.ts";
import { changes, forgetSearches, noteSearch, recentSearches } from "../data/recent-searches.ts";
import { useMe } from "../data/session.ts";
import { useTagSearch } from "../data/tags.ts";
import { useWantedField } from "../shortcuts.ts";
import "../components/aside.css";
import "./search.css";
import { t } from "../texts/texts.ts";

/** Longer than between two keystrokes. */
const debounceMs = 250;

const types = ["people", "posts", "tags"] as const;
type Type = (typeof types)[number];

const typeOf = (name: string | null): Type => (name === "posts" || name === "tags" ? name : "people");

function addressOf(type: Type, text: string): string {
  const query = new URLSearchParams({ ...(type !== "people" && { type }), ...(text && { q: text }) });
  return query.size > 0 ? `/search?${query}` : "/search";
}

export function SearchPage() {
  const parameters = new URLSearchParams(useQueryString());
  const query = parameters.get("q") ?? "";
  const type = typeOf(parameters.get("type"));
  const [, navigate] = useLocation();
  const [text, setText] = useState(query);
  useEffect(() => setText(query), [query]);
  useEffect(() => {
    const wanted = foldLine(text);
    if (wanted === query) return;
    // The address contains the search, so that it can be shared and restored.
    const timer = setTimeout(() => navigate(addressOf(type, wanted), { replace: true }), debounceMs);
    return () => clearTimeout(timer);
  }, [text, query, type, navigate]);
  const shown = useDeferredValue(query);
  const account = useMe()?.id ?? "visitor";
  const note = () => query !== "" && noteSearch(account, addressOf(type, query));
  const Found = found[type];
  useWantedField("/", true);
  const label = { people: t.search.peopleLabel, posts: t.search.postsLabel, tags: t.search.tagsLabel }[type];
  return (
    <>
      <PageHeading title={t.shell.search} />
      <search className="search-page__box">
        <form
          className="search-box"
          onSubmit={(event) => {
            event.preventDefault();
            note();
          }}
        >
          <Search size={18} aria-hidden />
          <input
            type="search"
            data-key="/"
            dir="auto"
            aria-label={label}
            placeholder={label}
            value={text}
            maxLength={lengths.search}
            onChange={(event) => setText(event.target.value)}
          />
        </form>
      </search>
      <nav className="feed-choice" aria-label={t.search.types}>
        {types.map((each) => (
          <Link
            key={each}
            href={addressOf(each, foldLine(text))}
            replace
            className={each === type ? "button" : "button button--quiet"}
            aria-current={each === type ? "page" : undefined}
          >
            {t.search[each]}
          </Link>
        ))}
      </nav>
      {query === "" && <Before account={account} />}
      <div onClickCapture={note}>
        <Found query={shown} />
      </div>
    </>
  );
}

const row = (user: User) => <UserRow key={user.id} user={user} />;

/** Before anything is searched for: what was, and trends where they do not stand beside the page. */
function Before({ account }: { account: string }) {
  useObservable(changes);
  const recent = recentSearches(account);
  return (
    <>
      {recent.length > 0 && (
        <section className="card list recent" aria-labelledby="recent">
          <div className="recent__head">
            <h2 id="recent">{t.search.recent}</h2>
            <button type="button" className="button button--quiet button--small" onClick={() => forgetSearches(account)}>
              {t.search.clear}
            </button>
          </div>
          <ul>
            {recent.map((address) => {
              const parameters = new URL(address, location.origin).searchParams;
              return (
                <li key={address}>
                  <Link href={address} className="recent__link">
                    <span dir="auto">{parameters.get("q")}</span> <small>{t.search[typeOf(parameters.get("type"))]}</small>
                  </Link>
                </li>
              );
            })}
          </ul>
        </section>
      )}
      <div className="beside">
        <Trends />
      </div>
    </>
  );
}

function FoundTags({ query }: { query: string }) {
  const { data: tags, error, isPending, refetch } = useTagSearch(query);
  if (query === "") return <Empty icon={<Hash size={32} aria-hidden />} title={t.search.tagsTitle} />;
  if (error && !tags) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending) return <RowSkeletons label={t.search.searching} />;
  if (!tags?.length) return <Empty icon={<SearchX size={32} aria-hidden />} title={t.search.nothing(query)} />;
  return (
    <ul className="card list tags">
      {tags.map(({ tag, posts }) => (
        <TagItem key={tag} tag={tag}>
          {t.tags.posts(posts)}
        </TagItem>
      ))}
    </ul>
  );
}

function FoundPosts({ query }: { query: string }) {
  const { data: ids, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = usePostSearch(query);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (query === "")
    return (
      <Empty icon={<Search size={32} aria-hidden />} title={t.search.postsTitle}>
        <p>{t.search.postsHint}</p>
      </Empty>
    );
  if (error && !ids) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending || (hasNextPage && !ids?.length)) return <PostSkeletons count={2} />;
  if (!ids?.length) return <Empty icon={<SearchX size={32} aria-hidden />} title={t.search.nothing(query)} />;
  return (
    <>
      <PostList list={lifeOf(keys.postSearch(query))} ids={ids} loading={isFetchingNextPage} />
      <More hasMore={hasNextPage} loading={isFetchingNextPage} load={load} />
    </>
  );
}

function FoundPeople({ query }: { query: string }) {
  const { data: people, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useSearch(query);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return (
    <>
      <div className="card list" aria-live="polite" aria-busy={isPending && query !== ""}>
        {query === "" ? (
          <Empty icon={<UserSearch size={32} aria-hidden />} title={t.search.peopleTitle}>
            <p>{t.search.peopleHint}</p>
          </Empty>
        ) : error && !people ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : isPending || (hasNextPage && !people?.length) ? (
          <RowSkeletons label={t.search.searching} />
        ) : people?.length ? (
          <UserList list={lifeOf(keys.search(query))} users={people} row={row} />
        ) : (
          <Empty icon={<UserSearch size={32} aria-hidden />} title={t.search.nothing(query)} />
        )}
      </div>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} load={load} />
    </>
  );
}

const found = { people: FoundPeople, posts: FoundPosts, tags: FoundTags };
