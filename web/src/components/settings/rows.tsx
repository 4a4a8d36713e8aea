import type { User } from "@newfeed/client";
import { Copy } from "lucide-react";
import type { ReactNode } from "react";
import { t } from "../../texts/account.ts";
import { Avatar } from "../avatar.tsx";
import { Message } from "../message.tsx";
import { Handle, Name } from "../name.tsx";
import { Time } from "../time.tsx";
import { say, showProblem } from "../toasts.tsx";

interface RowProps {
  icon?: ReactNode;
  name: ReactNode;
  /** What else there is to say, below the name. */
  about: ReactNode;
  /** What can be done with it. */
  children?: ReactNode;
}

/** An item of a list of `className="devices"`. */
export const Row = ({ icon, name, about, children }: RowProps) => (
  <li className="device">
    {icon}
    <span className="device__words">
      <b>{name}</b>
      <span>{about}</span>
    </span>
    {children}
  </li>
);

interface RowButtonProps {
  /** The words, with what the row is about. */
  label: string;
  main?: boolean;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}

export const RowButton = ({ label, main = false, disabled = false, onClick, children }: RowButtonProps) => (
  <button type="button" className={`button button--small ${main ? "" : "button--quiet"}`} aria-label={label} disabled={disabled} onClick={onClick}>
    {children}
  </button>
);

/** Approves or refuses who asks to be let in. */
export const Decision = ({ name, decide }: { name: string; decide: (approved: boolean) => void }) => (
  <>
    <RowButton main label={t.privacy.approveName(name)} onClick={() => decide(true)}>
      {t.privacy.approve}
    </RowButton>
    <RowButton label={t.privacy.refuseName(name)} onClick={() => decide(false)}>
      {t.privacy.refuse}
    </RowButton>
  </>
);

/** Who a row of a list is about. */
export const UserOfRow = ({ user }: { user: User }) => (
  <>
    <Avatar of={user} size="s" />
    <span className="device__words">
      <b>
        <Name of={user} />
      </b>
      <Handle of={user} />
    </span>
  </>
);

/** When a way in was used last. */
export const LastUsed = ({ at }: { at: string | null }) => (at ? <Message text={t.settings.lastUsed}>{() => <Time at={at} />}</Message> : t.settings.neverUsed);

/** Copies a secret that is shown once. */
export function CopyButton({ text, copied, failed }: { text: string; copied: string; failed: string }) {
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say(copied),
      (error: unknown) => showProblem(failed, error),
    );
  return (
    <button type="button" className="button button--small" onClick={() => void copy()}>
      <Copy size={17} aria-hidden />
      {t.common.copy}
    </button>
  );
}
