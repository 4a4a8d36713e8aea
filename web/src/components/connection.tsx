import { useEffect, useState } from "react";
import { useConnection } from "../live/connection.ts";
import { t } from "../texts/texts.ts";
import "./connection.css";

/** How long the number of missed entries is shown. */
const shownMs = 6_000;

/** The state of the connection: live, reconnecting, or how much was missed and has arrived. */
export function Connection() {
  const { state, caughtUp = 0 } = useConnection();
  const [missed, setMissed] = useState(0);
  useEffect(() => {
    if (state !== "live" || caughtUp === 0) return;
    setMissed(caughtUp);
    const timer = setTimeout(() => setMissed(0), shownMs);
    return () => clearTimeout(timer);
  }, [state, caughtUp]);
  if (state === "idle") return null;
  const text =
    state === "live"
      ? missed > 0
        ? t.connection.caughtUp(missed)
        : t.connection.live
      : state === "offline"
        ? t.connection.offline
        : state === "connecting"
          ? t.connection.connecting
          : t.connection.reconnecting;
  return (
    <p className="connection" role="status" data-state={state === "connecting" ? "reconnecting" : state} title={text}>
      <span>{text}</span>
    </p>
  );
}
