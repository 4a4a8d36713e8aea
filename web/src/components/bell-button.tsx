import type { User } from "@newfeed/client";
import { Bell, BellRing } from "lucide-react";
import { useBell } from "../data/bells.ts";
import { client, queryClient } from "../data/client.ts";
import { keys } from "../data/keys.ts";
import { t } from "../texts/account.ts";
import { nameOf } from "./name.tsx";
import { say, showProblem } from "./toasts.tsx";

/** Has a followed user's new posts notify the reader, at once; takes that back, with a message, when it is refused. */
async function setBell(user: User, on: boolean): Promise<void> {
  const key = keys.bell(user.id);
  await queryClient.cancelQueries({ queryKey: key });
  queryClient.setQueryData(key, on);
  try {
    await client.users.setBell(user.id, on);
    say((on ? t.profile.bellOn : t.profile.bellOff)(nameOf(user)));
  } catch (error) {
    queryClient.setQueryData(key, !on);
    showProblem(t.profile.bellFailed, error);
  }
}

/** For a user whom the reader follows. */
export function BellButton({ user }: { user: User }) {
  const { data: on } = useBell(user.id);
  const label = t.profile.bell(nameOf(user));
  return (
    <button
      type="button"
      className="icon-button profile__bell"
      aria-label={label}
      title={label}
      aria-pressed={on ?? false}
      disabled={on === undefined}
      onClick={() => void setBell(user, !on)}
    >
      {on ? <BellRing size={20} aria-hidden /> : <Bell size={20} aria-hidden />}
    </button>
  );
}
