import { foldLine, lengths } from "@newfeed/shared/contracts/text.ts";
import { Search, UserSearch } from "lucide-react";
import { useCallback, useDeferredValue, useEffect, useState } from "react";
import { useLocation, useSearch as useQueryString } from "wouter";
import { PageHeading } from "../components/page-heading.tsx";
import { RowSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed, More } from "../components/states.tsx";
import { UserRow } from "../components/user-row.tsx";
import { useSearch } from "../data/people.ts";
import "../components/aside.css";

/** Longer than between two keystrokes. */
const debounceMs = 250;

export function SearchPage() {
  const query = new URLSearchParams(useQueryString()).get("q") ?? "";
  const [, navigate] = useLocation();
  const [text, setText] = useState(query);
  useEffect(() => setText(query), [query]);
  useEffect(() => {
    const wanted = foldLine(text);
    if (wanted === query) return;
    // The address contains the search, so that it can be shared and restored.
    const timer = setTimeout(() => navigate(wanted ? `/search?q=${encodeURIComponent(wanted)}` : "/search", { replace: true }), debounceMs);
    return () => clearTimeout(timer);
  }, [text, query, navigate]);
  const shown = useDeferredValue(query);
  const { data: people, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useSearch(shown);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return (
    <>
      <PageHeading title="Search" />
      <search className="search-page__box">
        <div className="search-box">
          <Search size={18} aria-hidden />
          <input
            type="search"
            aria-label="Name or username"
            placeholder="Name or username"
            value={text}
            maxLength={lengths.search}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
      </search>
      <div className="card list" aria-live="polite" aria-busy={isPending && shown !== ""}>
        {shown === "" ? (
          <Empty icon={<UserSearch size={32} aria-hidden />} title="Who are you looking for?">
            <p>Type the beginning of a name or username.</p>
          </Empty>
        ) : error && !people ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : isPending || (hasNextPage && !people?.length) ? (
          <RowSkeletons label="Searching" />
        ) : people?.length ? (
          <ul>
            {people.map((person) => (
              <UserRow key={person.id} user={person} />
            ))}
          </ul>
        ) : (
          <Empty icon={<UserSearch size={32} aria-hidden />} title={`No results for “${shown}”`} />
        )}
      </div>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} load={load} />
    </>
  );
}
