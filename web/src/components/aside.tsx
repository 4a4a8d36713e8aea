import { pages } from "@newfeed/shared/contracts/pages.ts";
import { foldLine, lengths } from "@newfeed/shared/contracts/text.ts";
import { Search } from "lucide-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { useUser } from "../data/people.ts";
import { posts, useFeed } from "../data/posts.ts";
import { useMe } from "../data/session.ts";
import { Avatar } from "./avatar.tsx";
import { Name } from "./name.tsx";
import { FollowButton } from "./user-row.tsx";
import "./aside.css";

const most = 4;

/** Beside the page, where there is room: a search, and people who posted recently. */
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
            aria-label="Search people"
            placeholder="Search people"
            maxLength={lengths.search}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </form>
      </search>
      <Lately />
      <p className="aside__foot">
        <a href="/docs/">API</a> · <a href="/openapi.json">OpenAPI</a> · <a href="/asyncapi.json">Live events</a>
      </p>
    </>
  );
}

function Lately() {
  const me = useMe();
  const { ids = [] } = useFeed("public");
  const names = [...new Set(ids.flatMap((id) => posts.get(id)?.author.username ?? []))].filter((name) => name !== me?.username).slice(0, most);
  if (names.length === 0) return null;
  return (
    <section className="card lately" aria-labelledby="lately">
      <h2 id="lately">Recently active</h2>
      <ul>
        {names.map((name) => (
          <Person key={name} username={name} />
        ))}
      </ul>
    </section>
  );
}

function Person({ username }: { username: string }) {
  const { data: user } = useUser(username);
  if (!user) return <li className="lately__person" />;
  return (
    <li className="lately__person">
      <Link href={`/@${user.username}`} className="lately__link">
        <Avatar of={user} size="s" />
        <span>
          <b>
            <Name of={user} />
          </b>
          <span>@{user.username}</span>
        </span>
      </Link>
      <FollowButton user={user} small />
    </li>
  );
}
