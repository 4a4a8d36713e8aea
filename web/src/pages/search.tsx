import type { User } from "@newfeed/client";
import { foldLine, lengths } from "@newfeed/shared/contracts/text.ts";
import { Search, SearchX, UserSearch } from "lucide-react";
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { Link, useLocation, useSearch as useQueryString } from "wouter";
import { PageHeading } from "../components/page-heading.tsx";
import { Parts } from "../components/parts.tsx";
import { PostCard } from "../components/post-card.tsx";
import { PostSkeletons, RowSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed, More } from "../components/states.tsx";
import { UserList } from "../components/user-list.tsx";
import { UserRow } from "../components/user-row.tsx";
import { keys } from "../data/keys.ts";
import { lifeOf } from "../data/lists.ts";
import { useSearch } from "../data/people.ts";
import { usePostSearch } from "../data/post-search.ts";
import { useWantedField } from "../shortcuts.ts";
import "../components/aside.css";
import "../styles/feed.css";
import "./search.css";
import { t } from "../texts/texts.ts";

/** Longer than between two keystrokes. */
const debounceMs = 250;

const types = ["people", "posts"] as const;
type Type = (typeof types)[number];

function addressOf(type: Type, text: string): string {
  const query = new URLSearchParams({ ...(type === "posts" && { type }), ...(text && { q: text }) });
  return query.size > 0 ? `/search?${query}` : "/search";
}

export function SearchPage() {
  const parameters = new URLSearchParams(useQueryString());
  const query = parameters.get("q") ?? "";
  const type: Type = parameters.get("type") === "posts" ? "posts" : "people";
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
  useWantedField("/", true);
  const label = type === "posts" ? t.search.postsLabel : t.search.peopleLabel;
  return (
    <>
      <PageHeading title={t.shell.search} />
      <search className="search-page__box">
        <div className="search-box">
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
        </div>
      </search>
      <nav className="search-page__types" aria-label={t.search.types}>
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
      {type === "posts" ? <FoundPosts query={shown} /> : <FoundPeople query={shown} />}
    </>
  );
}

interface Found {
  key: string;
  position: number;
}
const isSame = (one: Found, other: Found) => one.position === other.position;
const card = ({ key, position }: Found) => <PostCard key={key} id={key} position={position} />;
const row = (user: User) => <UserRow key={user.id} user={user} />;

function FoundPosts({ query }: { query: string }) {
  const { data: ids, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = usePostSearch(query);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const found = useMemo(() => ids?.map((id, index) => ({ key: id, position: index + 1 })) ?? [], [ids]);
  if (query === "")
    return (
      <Empty icon={<Search size={32} aria-hidden />} title={t.search.postsTitle}>
        <p>{t.search.postsHint}</p>
      </Empty>
    );
  if (error && !ids) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending || (hasNextPage && !ids?.length)) return <PostSkeletons count={2} />;
  if (!found.length) return <Empty icon={<SearchX size={32} aria-hidden />} title={t.search.nothing(query)} />;
  return (
    <>
      <div className="feed" role="feed" aria-busy={isFetchingNextPage}>
        <Parts list={lifeOf(keys.postSearch(query))} items={found} isEqual={isSame} most={10} className="feed__part" render={card} />
      </div>
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
