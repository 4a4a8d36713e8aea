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

function Reasons({ why: { type, chosen, count, channels } }: { why: WhyNotified }) {
  const { dayAndTime } = useDates();
  const name = nameOf(type);
  const push = channels?.push.goes && channels.push;
  const mail = channels?.mail.goes && channels.mail;
  const isLater = (at: string | null): at is string => at !== null && Date.parse(at) > Date.now();
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
      {push && <p>{isLater(push.at) ? t.why.pushedLater(dayAndTime(push.at)) : t.why.pushed}</p>}
      {mail && <p>{mail.reason === "digest" ? t.why.digest : isLater(mail.at) ? t.why.mailedLater(dayAndTime(mail.at)) : t.why.mailed}</p>}
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
