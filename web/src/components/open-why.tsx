import type { WhyNotified } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { Link } from "wouter";
import { useWhy } from "../data/why.ts";
import { t } from "../texts/account.ts";
import { ContentDialog } from "./dialogs.tsx";
import { RowSkeletons } from "./skeletons.tsx";
import { Failed } from "./states.tsx";
import { useDates } from "./time.tsx";
import "./why.css";

export interface WhyProps {
  /** Of the notification. */
  id: string;
  onClose: () => void;
}

/** What its kind is called in the settings; undefined of what nobody chooses. */
const nameOf = (type: string): string | undefined =>
  Object.hasOwn(t.notificationTypes, type) ? t.notificationTypes[type as keyof typeof t.notificationTypes] : undefined;

type Channel = NonNullable<WhyNotified["channels"]>["push"];
interface ChannelTexts {
  /** It waits, or is on its way. */
  goes: string;
  later: (at: string) => string;
  sent: (at: string) => string;
  digest: string;
  reasons: Readonly<Record<string, string>>;
}

/** What became of it on a channel; null where it was never to go there. */
function textOf({ goes, reason, at, sentAt }: Channel, texts: ChannelTexts, timeOf: (at: string) => string): string | null {
  const of = reason !== null && Object.hasOwn(texts.reasons, reason) ? texts.reasons[reason] : undefined;
  if (of !== undefined) return of;
  if (!goes) return null;
  if (sentAt !== null) return texts.sent(timeOf(sentAt));
  if (reason === "digest") return texts.digest;
  return reason === "quiet_hours" && at !== null ? texts.later(timeOf(at)) : texts.goes;
}

function Reasons({ why: { type, chosen, count, channels } }: { why: WhyNotified }) {
  const { dayAndTime } = useDates();
  const name = nameOf(type);
  const { pushed: goes, pushedLater: later, pushedAt: sent, digest } = t.why;
  const push = channels && textOf(channels.push, { goes, later, sent, digest, reasons: t.whyPushed }, dayAndTime);
  const mailTexts = { goes: t.why.mailed, later: t.why.mailedLater, sent: t.why.mailedAt, digest, reasons: t.whyMailed };
  const mail = channels && textOf(channels.mail, mailTexts, dayAndTime);
  return (
    <div className="why">
      {name === undefined ? (
        <p>{t.why.unasked}</p>
      ) : (
        <p>
          {chosen ? t.why.chosen : t.why.asUsual} <strong>{name}</strong>
        </p>
      )}
      {count !== null && count > 1 && <p>{t.why.grouped(count)}</p>}
      {push && <p>{push}</p>}
      {mail && <p>{mail}</p>}
      {name !== undefined && (
        <Link href={pages.settings} className="link">
          {t.why.settings}
        </Link>
      )}
    </div>
  );
}

/** Why the reader got a notification. */
export function OpenWhy({ id, onClose }: WhyProps) {
  const { data, error, refetch } = useWhy(id);
  const [why] = data ?? [];
  return (
    <ContentDialog title={t.why.title} onClose={onClose}>
      {error && !why ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : why ? (
        <Reasons why={why} />
      ) : (
        <RowSkeletons count={1} label={t.states.loading} />
      )}
    </ContentDialog>
  );
}
