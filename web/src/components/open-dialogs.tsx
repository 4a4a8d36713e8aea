import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog } from "@base-ui/react/dialog";
import type { Proof } from "@newfeed/client";
import { X } from "lucide-react";
import { type FormEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { client } from "../data/client.ts";
import { stepUpWithPasskey, usePasskeysHere } from "../data/passkeys.ts";
import { asksForProof, describeProblem, fieldProblems, proofsIn } from "../data/problems.ts";
import { ProviderButtons } from "./external-sign-in.tsx";
import { FieldProblems, focusInvalid } from "./form.tsx";
import { PasskeyButton } from "./passkey-button.tsx";
import "./dialogs.css";
import { t } from "../texts/account.ts";

export interface ConfirmProps {
  title: string;
  text: string;
  action: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** A confirmation of an action that cannot be undone. */
export function Confirm({ title, text, action, onConfirm, onClose }: ConfirmProps) {
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="dialog__backdrop" />
        <AlertDialog.Popup className="dialog dialog--small">
          <AlertDialog.Title className="dialog__title">{title}</AlertDialog.Title>
          <AlertDialog.Description className="dialog__text">{text}</AlertDialog.Description>
          <div className="dialog__actions">
            <AlertDialog.Close className="button button--quiet">{t.common.cancel}</AlertDialog.Close>
            <AlertDialog.Close className="button button--danger" onClick={onConfirm}>
              {action}
            </AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

export interface ContentProps {
  title: string;
  children: ReactNode;
  onClose: () => void;
}

/** Content in a dialog. A field in it has the focus first. */
export function ContentDialog({ title, children, onClose }: ContentProps) {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog__backdrop" />
        <Dialog.Popup ref={popup} className="dialog" initialFocus={() => popup.current?.querySelector<HTMLElement>("textarea, input[type=search]") ?? true}>
          <Dialog.Title className="dialog__title">{title}</Dialog.Title>
          <Dialog.Close className="icon-button dialog__x" aria-label={t.common.close}>
            <X size={20} aria-hidden />
          </Dialog.Close>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

export interface FormProps {
  title: string;
  text?: string;
  action: string;
  danger?: boolean;
  children?: ReactNode;
  /** Rejects with the error to show. */
  onSubmit: (form: FormData) => Promise<void>;
  onClose: () => void;
}

/**
 * A form in a dialog: it closes when the request succeeds, and shows the error otherwise. Where the server requires that the
 * user shows first that it is them, it asks for that, and sends the form again.
 */
export function FormDialog({ title, text, action, danger, children, onSubmit, onClose }: FormProps) {
  const [error, setError] = useState<unknown>(null);
  /** What no field says. */
  const [problem, setProblem] = useState("");
  const element = useRef<HTMLFormElement>(null);
  const problems = useMemo(() => fieldProblems(error), [error]);
  useEffect(() => {
    if (error !== null && !focusInvalid(element.current)) setProblem(describeProblem(error));
  }, [error]);
  const [busy, setBusy] = useState(false);
  /** What is sent again after a step-up. */
  const [unproven, setUnproven] = useState<{ form: FormData; proofs: readonly Proof[] } | null>(null);
  async function send(form: FormData) {
    setBusy(true);
    setProblem("");
    setError(null);
    try {
      await onSubmit(form);
      onClose();
    } catch (refusal) {
      if (asksForProof(refusal)) setUnproven({ form, proofs: proofsIn(refusal) });
      else setError(refusal);
      setBusy(false);
    }
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    void send(new FormData(event.currentTarget));
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog__backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title className="dialog__title">{title}</Dialog.Title>
          <Dialog.Close className="icon-button dialog__x" aria-label={t.common.close}>
            <X size={20} aria-hidden />
          </Dialog.Close>
          {text && <Dialog.Description className="dialog__text">{text}</Dialog.Description>}
          <form ref={element} className="dialog__form" onSubmit={submit}>
            <FieldProblems value={problems}>{children}</FieldProblems>
            {problem && (
              <p className="problem" role="alert">
                {problem}
              </p>
            )}
            <div className="dialog__actions">
              <Dialog.Close className="button button--quiet">{t.common.cancel}</Dialog.Close>
              <button type="submit" className={`button ${danger ? "button--danger" : ""}`} disabled={busy}>
                {action}
              </button>
            </div>
          </form>
          {unproven && <StepUp proofs={unproven.proofs} onProven={() => void send(unproven.form)} onClose={() => setUnproven(null)} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface StepUpProps {
  proofs: readonly Proof[];
  onProven: () => void;
  onClose: () => void;
}

/** Asks the user to show that it is them, with what the account has for that. */
function StepUp({ proofs, onProven, onClose }: StepUpProps) {
  const byPasskey = usePasskeysHere() && proofs.includes("passkey");
  const typed = proofs.includes("password") ? "password" : proofs.includes("code") ? "code" : null;
  const again = proofs.includes("sign_in") && <SignInAgain />;
  if (!typed && !byPasskey) return again;
  return (
    <FormDialog
      title={t.stepUp.title}
      text={typed === "password" ? t.stepUp.byPassword : typed === "code" ? t.stepUp.byCode : t.stepUp.byPasskey}
      action={typed ? t.common.goOn : t.signIn.usePasskey}
      onClose={onClose}
      onSubmit={async (form) => {
        if (typed) await client.session.stepUp({ [typed]: String(form.get(typed)) });
        else await stepUpWithPasskey();
        onProven();
      }}
    >
      {typed === "password" && (
        <div className="field">
          <label htmlFor="proof-password">{t.signIn.password}</label>
          <input id="proof-password" name="password" type="password" autoComplete="current-password" required />
        </div>
      )}
      {typed === "code" && (
        <div className="field">
          <label htmlFor="proof-code">{t.signIn.code}</label>
          <input id="proof-code" name="code" inputMode="numeric" autoComplete="one-time-code" required maxLength={64} />
        </div>
      )}
      {typed && byPasskey && (
        <PasskeyButton
          label={t.signIn.usePasskeyInstead}
          use={async () => {
            await stepUpWithPasskey();
            onClose();
            onProven();
          }}
        />
      )}
      {again}
    </FormDialog>
  );
}

const SignInAgain = () => (
  <div role="status">
    <p>{t.stepUp.signInAgain}</p>
    <ProviderButtons next={location.pathname} />
  </div>
);
