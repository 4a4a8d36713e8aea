import type { Poll } from "@newfeed/client";
import { ChartBarBig } from "lucide-react";
import { isWhole, newPoll, type PollDraft } from "../data/polls.ts";
import { InWords } from "../data/problems.ts";
import { t } from "../texts/account.ts";
import { PollFields } from "./poll-fields.tsx";

const draftOf = ({ options, duration }: Poll): PollDraft => ({ options: options.map(({ text }) => text), duration });

/** What a change of a post says of its poll: nothing where that stays. Throws `InWords` for a poll that is not whole. */
export function editedPoll(poll: Poll | null, draft: PollDraft | null, removed: boolean): { poll?: ReturnType<typeof newPoll> | null } {
  if (poll && poll.votes > 0) return {};
  if (removed) return poll ? { poll: null } : {};
  if (!draft) return {};
  if (!isWhole(draft)) throw new InWords(t.composer.pollIncomplete);
  return { poll: newPoll(draft) };
}

export interface EditPollProps {
  poll: Poll | null;
  /** As it is changed; null where it is not. */
  draft: PollDraft | null;
  removed: boolean;
  /** Null removes it. */
  change: (poll: PollDraft | null) => void;
}

/** The poll of a post that is changed: as long as nobody has voted, it may be another one, go or come. */
export function EditPoll({ poll, draft, removed, change }: EditPollProps) {
  if (poll && poll.votes > 0)
    return (
      <div className="field">
        <p className="field__hint">{t.poll.stays}</p>
      </div>
    );
  const shown = draft ?? (poll && !removed ? draftOf(poll) : null);
  if (!shown)
    return (
      <button type="button" className="plain-button link" onClick={() => change({ options: ["", ""], duration: 86_400 })}>
        <ChartBarBig size={18} aria-hidden /> {t.poll.add}
      </button>
    );
  return (
    <div className="field">
      <PollFields poll={shown} change={change} />
      {poll?.endsAt && <p className="field__hint">{t.poll.beginsAgain}</p>}
    </div>
  );
}
