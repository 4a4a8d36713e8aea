import { Fingerprint } from "lucide-react";
import { useState } from "react";
import { usePasskeysHere } from "../data/passkeys.ts";
import { t } from "../texts/texts.ts";
import { showProblem } from "./toasts.tsx";

/** Uses a passkey, where the browser has them. */
export function PasskeyButton({ label, use }: { label: string; use: () => Promise<void> }) {
  const works = usePasskeysHere();
  const [busy, setBusy] = useState(false);
  if (!works) return null;
  async function press() {
    setBusy(true);
    try {
      await use();
    } catch (error) {
      showProblem(t.states.passkeyFailed, error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <button type="button" className="button button--quiet" disabled={busy} onClick={() => void press()}>
      <Fingerprint size={17} aria-hidden />
      {label}
    </button>
  );
}
