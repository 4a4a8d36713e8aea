import { Activity } from "lucide-react";
import { useState } from "react";
import { Choice } from "../components/choice.tsx";
import { ConsoleDeadLetters } from "../components/console/dead-letters.tsx";
import { ConsoleDeletions } from "../components/console/deletions.tsx";
import { ConsoleDoctor } from "../components/console/doctor.tsx";
import { ConsoleEvents } from "../components/console/events.tsx";
import { ConsoleInstances, ConsoleLimits } from "../components/console/instances.tsx";
import { ConsoleReplays } from "../components/console/replays.tsx";
import { ConsoleServices } from "../components/console/services.tsx";
import { ConsoleSessions } from "../components/console/sessions.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { RequireSession } from "../components/require-session.tsx";
import { Empty } from "../components/states.tsx";
import { useDeadLetterCounts } from "../data/console.ts";
import { mayAudit, useMe } from "../data/session.ts";
import { t } from "../texts/account.ts";
import "./admin.css";

/** For administrators and auditors: what the services did, and how they are. */
export const AdminPage = () => (
  <RequireSession>
    <PageHeading title={t.console.title} />
    <Admin />
  </RequireSession>
);

function Admin() {
  const me = useMe();
  return mayAudit(me) ? <Views /> : <Empty icon={<Activity size={32} aria-hidden />} title={t.console.notForYou} />;
}

type Shown = "events" | "replays" | "letters" | "deletions" | "sessions" | "services" | "doctor";

function Views() {
  const [shown, setShown] = useState<Shown>("events");
  const letters = (useDeadLetterCounts().data ?? []).reduce((sum, { letters }) => sum + (letters ?? 0), 0);
  const choices: { value: Shown; label: string }[] = [
    { value: "events", label: t.console.events },
    { value: "replays", label: t.console.replays },
    { value: "letters", label: letters > 0 ? t.deadLetters.labelled(t.console.letters, String(letters)) : t.console.letters },
    { value: "deletions", label: t.console.deletions },
    { value: "sessions", label: t.console.sessions },
    { value: "services", label: t.console.services },
    { value: "doctor", label: t.console.doctor },
  ];
  return (
    <>
      <Choice label={t.console.which} value={shown} options={choices} choose={setShown} />
      {shown === "events" && <ConsoleEvents />}
      {shown === "replays" && <ConsoleReplays />}
      {shown === "letters" && <ConsoleDeadLetters />}
      {shown === "deletions" && <ConsoleDeletions />}
      {shown === "sessions" && <ConsoleSessions />}
      {shown === "services" && (
        <div className="console__list">
          <ConsoleServices />
          <ConsoleInstances />
          <ConsoleLimits />
        </div>
      )}
      {shown === "doctor" && <ConsoleDoctor />}
    </>
  );
}
