import type { Passkey } from "@newfeed/client";
import { Fingerprint, Plus } from "lucide-react";
import { useState } from "react";
import { addPasskey, removePasskey, renamePasskey, usePasskeys, usePasskeysHere } from "../../data/passkeys.ts";
import { FormDialog } from "../dialogs.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { dayAndTime } from "../time.tsx";
import { say } from "../toasts.tsx";
import { LastUsed } from "./rows.tsx";

type Open = "add" | { rename: Passkey } | { remove: Passkey } | null;

/** Passkeys: what there are, a new one, another name, and the end of one. */
export function Passkeys() {
  const works = usePasskeysHere();
  const { data: passkeys, error, isPending, refetch } = usePasskeys();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  // Those that there are can be removed anywhere.
  if (!works && !passkeys?.length) return null;

  return (
    <section className="card settings__part" aria-labelledby="passkeys">
      <h2 id="passkeys">Passkeys</h2>
      <p>Sign in with your fingerprint, your face or your device's PIN instead of a password.</p>
      {error && !passkeys ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowSkeletons count={1} label="Loading passkeys" />
      ) : (
        passkeys && passkeys.length > 0 && <List passkeys={passkeys} open={setOpen} />
      )}
      {works && (
        <button type="button" className="button button--quiet" onClick={() => setOpen("add")}>
          <Plus size={17} aria-hidden />
          Add a passkey
        </button>
      )}
      {open === "add" && (
        <FormDialog
          title="Add a passkey"
          text="Your browser asks where to keep it."
          action="Go on"
          onClose={close}
          onSubmit={async (form) => {
            await addPasskey(String(form.get("name")));
            say("You can sign in with your passkey now.");
          }}
        >
          <NameField />
        </FormDialog>
      )}
      {open !== null && typeof open === "object" && "rename" in open && (
        <FormDialog title="Rename the passkey" action="Rename" onClose={close} onSubmit={(form) => renamePasskey(open.rename, String(form.get("name")))}>
          <NameField value={open.rename.name} />
        </FormDialog>
      )}
      {open !== null && typeof open === "object" && "remove" in open && (
        <FormDialog
          title={`Remove ${open.remove.name}?`}
          text="You can no longer sign in with it. Your device may keep it until you delete it there, too."
          action="Remove"
          danger
          onClose={close}
          onSubmit={async () => {
            await removePasskey(open.remove);
            say(`${open.remove.name} is removed.`);
          }}
        />
      )}
    </section>
  );
}

const NameField = ({ value }: { value?: string }) => (
  <div className="field">
    <label htmlFor="passkey-name">Name</label>
    <input id="passkey-name" name="name" required maxLength={100} autoComplete="off" defaultValue={value} aria-describedby="passkey-name-hint" />
    <p id="passkey-name-hint" className="field__hint">
      What you recognise it by, such as “My phone”.
    </p>
  </div>
);

const List = ({ passkeys, open }: { passkeys: readonly Passkey[]; open: (dialog: Open) => void }) => (
  <ul className="devices">
    {passkeys.map((passkey) => (
      <li key={passkey.id} className="device">
        <Fingerprint size={22} aria-hidden />
        <span className="device__words">
          <b>{passkey.name}</b>
          <span>
            {passkey.synced ? "Synced" : "On one device"} · added {dayAndTime(passkey.createdAt)} · <LastUsed at={passkey.lastUsedAt} />
          </span>
        </span>
        <button type="button" className="button button--quiet button--small" aria-label={`Rename ${passkey.name}`} onClick={() => open({ rename: passkey })}>
          Rename
        </button>
        <button type="button" className="button button--quiet button--small" aria-label={`Remove ${passkey.name}`} onClick={() => open({ remove: passkey })}>
          Remove
        </button>
      </li>
    ))}
  </ul>
);
