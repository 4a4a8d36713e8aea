import { ArrowLeft, Users } from "lucide-react";
import { useCallback } from "react";
import { Link } from "wouter";
import { nameOf } from "../components/name.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { RowSkeletons } from "../components/skeletons.tsx";
import { Empty, Failed, More } from "../components/states.tsx";
import { UserRow } from "../components/user-row.tsx";
import { removeFollower, usePeople, useUser } from "../data/people.ts";
import { useMe } from "../data/session.ts";
import { t } from "../texts/texts.ts";

/** The followers of a user, or the users whom they follow. */
function PeoplePage({ username = "", of }: { username?: string; of: "followers" | "following" }) {
  const { data: user } = useUser(username);
  const me = useMe();
  const { data: people, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = usePeople(of, user?.id);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
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
          <ul>
            {people.map((person) => (
              <UserRow key={person.id} user={person}>
                {of === "followers" && me !== null && me.id === user?.id && (
                  <button
                    type="button"
                    className="button button--quiet button--small"
                    aria-label={t.people.removeLabel(nameOf(person))}
                    onClick={() => void removeFollower(person)}
                  >
                    {t.people.remove}
                  </button>
                )}
              </UserRow>
            ))}
          </ul>
        ) : (
          <Empty icon={<Users size={32} aria-hidden />} title={of === "followers" ? t.people.noFollowers : t.people.noFollowing} />
        )}
      </div>
      <More hasMore={hasNextPage} loading={isFetchingNextPage} load={load} />
    </>
  );
}

export const FollowersPage = ({ username }: { username?: string }) => <PeoplePage of="followers" {...(username !== undefined && { username })} />;
export const FollowingPage = ({ username }: { username?: string }) => <PeoplePage of="following" {...(username !== undefined && { username })} />;
