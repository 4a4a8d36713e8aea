import type { User } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { foldLine, lengths } from "@newfeed/shared/contracts/text.ts";
import { Search } from "lucide-react";
import { useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useSuggestions, useUsers } from "../data/people.ts";
import { posts, useFeed } from "../data/posts.ts";
import { useMe } from "../data/session.ts";
import { useTrends } from "../data/trends.ts";
import { Avatar } from "./avatar.tsx";
import { Handle, Name } from "./name.tsx";
import { Trends } from "./trends.tsx";
import { FollowButton } from "./user-row.tsx";
import "./aside.css";
import { t } from "../texts/texts.ts";

const most = 4;
/** Of whom some are followed already. */
const candidates = 10;

/** Beside the page, where there is room: a search, trends, and people to follow. */
export function Aside() {
  const [, navigate] = useLocation();
  const [text, setText] = useState("");
  return (
    <>
      <search>
        <form
          className="search-box"
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = foldLine(text);
            if (wanted) navigate(`${pages.search}?q=${encodeURIComponent(wanted)}`);
          }}
        >
          <Search size={18} aria-hidden />
          <input
            type="search"
            data-key="/"
            dir="auto"
            aria-label={t.aside.search}
            placeholder={t.aside.search}
            maxLength={lengths.search}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </form>
      </search>
      <Lists />
      <p className="aside__foot">
        <a href="/docs/">API</a> · <a href="/openapi.json">OpenAPI</a> · <a href="/asyncapi.json">{t.aside.liveEvents}</a>
      </p>
    </>
  );
}

/** Both at once: one that came later would move the other. */
function Lists() {
  const { isAwaited } = useTrends();
  const people = usePeopleToFollow();
  if (isAwaited || !people) return null;
  return (
    <>
      <Trends />
      {people.length > 0 && <PeopleToFollow people={people} />}
    </>
  );
}

const none: readonly string[] = [];

/**
 * People whom the user's followees follow, or who posted lately, and whom the user does not follow; one who is followed here
 * stays until the page is left, and who comes later stands at the end. Undefined until they are known.
 */
function usePeopleToFollow(): User[] | undefined {
  const me = useMe();
  const { data: suggested = none, isLoading } = useSuggestions(me !== null);
  const { ids, error } = useFeed("public");
  const isReady = !isLoading && (ids !== undefined || error !== null);
  const chosen = useRef({ suggested: none, names: none });
  if (isReady) {
    const first = chosen.current.suggested === suggested ? chosen.current.names : suggested;
    const lately = (ids ?? []).flatMap((id) => posts.get(id)?.author.username ?? []);
    const names = [...new Set([...first, ...lately])].filter((name) => name !== me?.username);
    chosen.current = { suggested, names: names.slice(0, candidates) };
  }
  const known = useUsers(chosen.current.names);
  const people = useRef<User[]>(undefined);
  // Those who are shown stay while others are fetched.
  if (isReady && known) people.current = known;
  const followed = useRef(new Map<string, boolean>());
  for (const { id, followedByMe } of people.current ?? []) if (!followed.current.has(id)) followed.current.set(id, followedByMe);
  return people.current?.filter(({ id, blockedByMe }) => !followed.current.get(id) && !blockedByMe).slice(0, most);
}

const PeopleToFollow = ({ people }: { people: readonly User[] }) => (
  <section className="card lately" aria-labelledby="lately">
    <h2 id="lately">{t.aside.peopleToFollow}</h2>
    <ul>
      {people.map((user) => (
        <Person key={user.id} user={user} />
      ))}
    </ul>
  </section>
);

function Person({ user }: { user: User }) {
  return (
    <li className="lately__person">
      <Link href={`/@${user.username}`} className="lately__link">
        <Avatar of={user} size="s" />
        <span>
          <b>
            <Name of={user} />
          </b>
          <Handle of={user} />
        </span>
      </Link>
      <FollowButton user={user} small />
    </li>
  );
}
