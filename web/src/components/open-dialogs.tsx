import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type FormEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { client } from "../data/client.ts";
import { asksForProof, describeProblem, fieldProblems, provenByPassword } from "../data/problems.ts";
import { ProviderButtons } from "./external-sign-in.tsx";
import { FieldProblems, focusInvalid } from "./form.tsx";
import "./dialogs.css";

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
            <AlertDialog.Close className="button button--quiet">Cancel</AlertDialog.Close>
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
        <Dialog.Popup ref={popup} className="dialog" initialFocus={() => popup.current?.querySelector("textarea") ?? true}>
          <Dialog.Title className="dialog__title">{title}</Dialog.Title>
          <Dialog.Close className="icon-button dialog__x" aria-label="Close">
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
  const [unproven, setUnproven] = useState<{ form: FormData; byPassword: boolean } | null>(null);
  async function send(form: FormData) {
    setBusy(true);
    setProblem("");
    setError(null);
    try {
      await onSubmit(form);
      onClose();
    } catch (refusal) {
      if (asksForProof(refusal)) setUnproven({ form, byPassword: provenByPassword(refusal) });
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
          <Dialog.Close className="icon-button dialog__x" aria-label="Close">
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
              <Dialog.Close className="button button--quiet">Cancel</Dialog.Close>
              <button type="submit" className={`button ${danger ? "button--danger" : ""}`} disabled={busy}>
                {action}
              </button>
            </div>
          </form>
          {unproven?.byPassword && <StepUp onProven={() => void send(unproven.form)} onClose={() => setUnproven(null)} />}
          {unproven?.byPassword === false && (
            <div role="status">
              <p>Sign in once more to show that it is you, then try again.</p>
              <ProviderButtons next={location.pathname} />
            </div>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Asks the user to show that it is them. */
const StepUp = ({ onProven, onClose }: { onProven: () => void; onClose: () => void }) => (
  <FormDialog
    title="Confirm that it is you"
    text="Enter your password to go on."
    action="Go on"
    onClose={onClose}
    onSubmit={async (form) => {
      await client.session.stepUp({ password: String(form.get("password")) });
      onProven();
    }}
  >
    <div className="field">
      <label htmlFor="proof-password">Password</label>
      <input id="proof-password" name="password" type="password" autoComplete="current-password" required />
    </div>
  </FormDialog>
);
