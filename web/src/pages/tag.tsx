import { Hash } from "lucide-react";
import { Feed } from "../components/feed.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { Empty } from "../components/states.tsx";
import { useIntent, useSignInFor } from "../data/intent.ts";
import { useMe } from "../data/session.ts";
import { setTagFollowed, useTag } from "../data/tags.ts";
import { t } from "../texts/texts.ts";

/** As it stands in the address; it may be what no address encodes. */
function decoded(tag: string): string {
  try {
    return decodeURIComponent(tag);
  } catch {
    return tag;
  }
}

export function TagPage({ tag: given = "" }: { tag?: string }) {
  const tag = decoded(given);
  return (
    <>
      <PageHeading title={`#${tag}`}>
        <FollowTag tag={tag} />
      </PageHeading>
      <Feed name={`tag:${tag}`} empty={<Empty icon={<Hash size={32} aria-hidden />} title={t.tags.none(`#${tag}`)} />} />
    </>
  );
}

function FollowTag({ tag }: { tag: string }) {
  const me = useMe();
  const { data } = useTag(tag);
  const signIn = useSignInFor(`tag:${tag}`);
  useIntent(`tag:${tag}`, me !== null, () => void setTagFollowed(tag, true));
  if (!data) return null;
  const { followedByMe } = data;
  return (
    <button
      type="button"
      className={`button button--small ${followedByMe ? "button--quiet" : ""}`}
      aria-pressed={followedByMe}
      onClick={() => (me ? void setTagFollowed(tag, !followedByMe) : signIn())}
    >
      {followedByMe ? t.people.following : t.people.follow}
      <span className="visually-hidden"> #{tag}</span>
    </button>
  );
}
