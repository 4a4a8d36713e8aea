import { RefreshCw, ShieldCheck, ShieldOff } from "lucide-react";
import { useState } from "react";
import { client } from "../../data/client.ts";
import { confirmSecondFactor, removeSecondFactor, renewRecoveryCodes, useSecondFactor } from "../../data/second-factor.ts";
import { t } from "../../texts/account.ts";
import { FormDialog } from "../dialogs.tsx";
import { later } from "../later.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { useDates } from "../time.tsx";
import { CopyButton } from "./rows.tsx";

const QrCode = later<{ text: string; label: string }>(async () => (await import("../qr-code.tsx")).QrCode);

type Open = "begin" | "remove" | "renew" | { secret: string; uri: string } | null;

/** Codes of an authenticator app beside the password: on and off, and the recovery codes. */
export function SecondFactor() {
  const { data: factor, error, isPending, refetch } = useSecondFactor();
  const [open, setOpen] = useState<Open>(null);
  const [recoveryCodes, setRecoveryCodes] = useState<string[]>([]);
  const close = () => setOpen(null);
  const { dayAndTime } = useDates();

  return (
    <section className="card settings__part" aria-labelledby="second-factor">
      <h2 id="second-factor">{t.secondFactor.title}</h2>
      <p>{t.secondFactor.text}</p>
      {error && !factor ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowSkeletons count={1} label={t.states.loading} />
      ) : factor?.enabledAt ? (
        <>
          <p>{t.secondFactor.on(dayAndTime(factor.enabledAt), factor.recoveryCodes)}</p>
          <button type="button" className="button button--quiet" onClick={() => setOpen("renew")}>
            <RefreshCw size={17} aria-hidden />
            {t.secondFactor.renew}
          </button>
          <button type="button" className="button button--quiet" onClick={() => setOpen("remove")}>
            <ShieldOff size={17} aria-hidden />
            {t.secondFactor.turnOff}
          </button>
        </>
      ) : (
        <button type="button" className="button button--quiet" onClick={() => setOpen("begin")}>
          <ShieldCheck size={17} aria-hidden />
          {t.secondFactor.turnOn}
        </button>
      )}
      {recoveryCodes.length > 0 && <RecoveryCodes codes={recoveryCodes} />}
      {open === "begin" && (
        <FormDialog
          title={t.secondFactor.turnOnTitle}
          text={t.secondFactor.turnOnText}
          action={t.common.goOn}
          onClose={() => setOpen((now) => (now === "begin" ? null : now))}
          onSubmit={async () => setOpen(await client.secondFactor.begin())}
        />
      )}
      {open !== null && typeof open === "object" && (
        <FormDialog
          title={t.secondFactor.scanTitle}
          text={t.secondFactor.scanText}
          action={t.secondFactor.turnOn}
          onClose={close}
          onSubmit={async (form) => setRecoveryCodes(await confirmSecondFactor(String(form.get("code"))))}
        >
          <QrCode text={open.uri} label={t.secondFactor.qrCode} />
          <code className="secret__key">{open.secret}</code>
          <div className="field">
            <label htmlFor="first-code">{t.secondFactor.code}</label>
            <input id="first-code" name="code" inputMode="numeric" autoComplete="one-time-code" required maxLength={64} />
          </div>
        </FormDialog>
      )}
      {open === "renew" && (
        <FormDialog
          title={t.secondFactor.renewTitle}
          text={t.secondFactor.renewText}
          action={t.secondFactor.renewAction}
          onClose={close}
          onSubmit={async () => setRecoveryCodes(await renewRecoveryCodes())}
        />
      )}
      {open === "remove" && (
        <FormDialog
          title={t.secondFactor.turnOffTitle}
          text={t.secondFactor.turnOffText}
          action={t.secondFactor.turnOff}
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
const RecoveryCodes = ({ codes }: { codes: readonly string[] }) => (
  <div role="status" className="secret">
    <p>{t.secondFactor.codes}</p>
    <ul className="secret__codes">
      {codes.map((code) => (
        <li key={code}>
          <code>{code}</code>
        </li>
      ))}
    </ul>
    <CopyButton text={codes.join("\n")} copied={t.secondFactor.codesCopied} failed={t.secondFactor.codesNotCopied} />
  </div>
);
