import type { User } from "@newfeed/client";
import { ArrowLeft, Users } from "lucide-react";
import { useCallback } from "react";
import { Link } from "wouter";
import { nameOf } from "../components/name.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { RowSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed, More } from "../components/states.tsx";
import { UserList } from "../components/user-list.tsx";
import { UserRow } from "../components/user-row.tsx";
import { keys } from "../data/keys.ts";
import { lifeOf } from "../data/lists.ts";
import { removeFollower, usePeople, useUser } from "../data/people.ts";
import { useMe } from "../data/session.ts";
import { t } from "../texts/texts.ts";

/** The followers of a user, or the users whom they follow. */
function PeoplePage({ username = "", of }: { username?: string; of: "followers" | "following" }) {
  const { data: user } = useUser(username);
  const me = useMe();
  const { data: people, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = usePeople(of, user?.id);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const mayRemove = of === "followers" && me !== null && me.id === user?.id;
  const row = useCallback(
    (person: User) => (
      <UserRow key={person.id} user={person}>
        {mayRemove && <Remove follower={person} />}
      </UserRow>
    ),
    [mayRemove],
  );
  return (
    <>
      <PageHeading title={(of === "followers" ? t.people.followersOf : t.people.followedBy)(user?.fullName || `@${username}`)} name={user?.fullName}>
        <Link href={`/@${username}`} className="icon-button page-head__back" aria-label={t.people.backToProfile}>
          <ArrowLeft size={21} aria-hidden />
        </Link>
      </PageHeading>
      <div className="card list">
        {error && !people ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : isPending && user !== null ? (
          <RowSkeletons label={t.people.loading} />
        ) : people?.length ? (
          <UserList list={lifeOf(keys.people(of, user?.id ?? ""))} users={people} row={row} />
        ) : (
          <Empty icon={<Users size={32} aria-hidden />} title={of === "followers" ? t.people.noFollowers : t.people.noFollowing} />
        )}
      </div>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} load={load} />
    </>
  );
}

const Remove = ({ follower }: { follower: User }) => (
  <button
    type="button"
    className="button button--quiet button--small"
    aria-label={t.people.removeLabel(nameOf(follower))}
    onClick={() => void removeFollower(follower)}
  >
    {t.people.remove}
  </button>
);

export const FollowersPage = ({ username }: { username?: string }) => <PeoplePage of="followers" {...(username !== undefined && { username })} />;
export const FollowingPage = ({ username }: { username?: string }) => <PeoplePage of="following" {...(username !== undefined && { username })} />;
