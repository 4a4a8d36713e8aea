import { useEffect, useState } from "react";
import { useConnection } from "../live/connection.ts";

/** For how long it says what was caught up with. */
const tellMs = 6_000;

/** One word on the connection: live, reconnecting, or how much was caught up with. */
export function Connection() {
  const { state, caughtUp = 0 } = useConnection();
  const [told, setTold] = useState(0);
  useEffect(() => {
    if (state !== "live" || caughtUp === 0) return;
    setTold(caughtUp);
    const timer = setTimeout(() => setTold(0), tellMs);
    return () => clearTimeout(timer);
  }, [state, caughtUp]);
  if (state === "idle") return null;
  const text =
    state === "live"
      ? told > 0
        ? `Caught up: ${told} missed`
        : "Live"
      : state === "offline"
        ? "Offline"
        : state === "connecting"
          ? "Connecting …"
          : "Reconnecting …";
  return (
    <p className="connection" role="status" data-state={state === "connecting" ? "reconnecting" : state} title={text}>
      <span>{text}</span>
    </p>
  );
}
