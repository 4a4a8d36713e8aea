import { Copy, RefreshCw, ShieldCheck, ShieldOff } from "lucide-react";
import { useState } from "react";
import { client } from "../../data/client.ts";
import { confirmSecondFactor, removeSecondFactor, renewRecoveryCodes, useSecondFactor } from "../../data/second-factor.ts";
import { FormDialog } from "../dialogs.tsx";
import { later } from "../later.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { dayAndTime } from "../time.tsx";
import { say, showProblem } from "../toasts.tsx";

const QrCode = later<{ text: string; label: string }>(async () => (await import("../qr-code.tsx")).QrCode);

type Open = "begin" | "remove" | "renew" | { secret: string; uri: string } | null;

/** Codes of an authenticator app beside the password: on and off, and the recovery codes. */
export function SecondFactor() {
  const { data: factor, error, isPending, refetch } = useSecondFactor();
  const [open, setOpen] = useState<Open>(null);
  const [recoveryCodes, setRecoveryCodes] = useState<string[]>([]);
  const close = () => setOpen(null);

  return (
    <section className="card settings__part" aria-labelledby="second-factor">
      <h2 id="second-factor">Second factor</h2>
      <p>Signing in asks for a code of an app on your phone, too, so that your password alone is of no use to others.</p>
      {error && !factor ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowSkeletons count={1} label="Loading" />
      ) : factor?.enabledAt ? (
        <>
          <p>
            On since {dayAndTime(factor.enabledAt)}. {factor.recoveryCodes} recovery codes are left.
          </p>
          <button type="button" className="button button--quiet" onClick={() => setOpen("renew")}>
            <RefreshCw size={17} aria-hidden />
            New recovery codes
          </button>
          <button type="button" className="button button--quiet" onClick={() => setOpen("remove")}>
            <ShieldOff size={17} aria-hidden />
            Turn off
          </button>
        </>
      ) : (
        <button type="button" className="button button--quiet" onClick={() => setOpen("begin")}>
          <ShieldCheck size={17} aria-hidden />
          Turn on
        </button>
      )}
      {recoveryCodes.length > 0 && <RecoveryCodes codes={recoveryCodes} />}
      {open === "begin" && (
        <FormDialog
          title="Turn on the second factor"
          text="You need an authenticator app on your phone or computer."
          action="Go on"
          onClose={() => setOpen((now) => (now === "begin" ? null : now))}
          onSubmit={async () => setOpen(await client.secondFactor.begin())}
        />
      )}
      {open !== null && typeof open === "object" && (
        <FormDialog
          title="Scan the code"
          text="Scan it with your authenticator app, or enter the key there. Then enter the app's code here."
          action="Turn on"
          onClose={close}
          onSubmit={async (form) => setRecoveryCodes(await confirmSecondFactor(String(form.get("code"))))}
        >
          <QrCode text={open.uri} label="QR code for your authenticator app" />
          <code className="secret__key">{open.secret}</code>
          <div className="field">
            <label htmlFor="first-code">Code</label>
            <input id="first-code" name="code" inputMode="numeric" autoComplete="one-time-code" required maxLength={64} />
          </div>
        </FormDialog>
      )}
      {open === "renew" && (
        <FormDialog
          title="New recovery codes?"
          text="Those that you have are void then."
          action="Get new codes"
          onClose={close}
          onSubmit={async () => setRecoveryCodes(await renewRecoveryCodes())}
        />
      )}
      {open === "remove" && (
        <FormDialog
          title="Turn off the second factor?"
          text="Signing in asks for your password alone then."
          action="Turn off"
          danger
          onClose={close}
          onSubmit={async () => {
            await removeSecondFactor();
            setRecoveryCodes([]);
          }}
        />
      )}
    </section>
  );
}

/** The one time that they are shown. */
function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const copy = () =>
    navigator.clipboard.writeText(codes.join("\n")).then(
      () => say("The codes are copied."),
      (error: unknown) => showProblem("The codes could not be copied.", error),
    );
  return (
    <div role="status" className="secret">
      <p>These are your recovery codes. Each signs in once, when your app is not at hand. Keep them: they are not shown again.</p>
      <ul className="secret__codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <button type="button" className="button button--small" onClick={() => void copy()}>
        <Copy size={17} aria-hidden />
        Copy
      </button>
    </div>
  );
}
