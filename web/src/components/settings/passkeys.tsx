import type { Passkey } from "@newfeed/client";
import { Fingerprint, Plus } from "lucide-react";
import { useState } from "react";
import { addPasskey, removePasskey, renamePasskey, usePasskeys, usePasskeysHere } from "../../data/passkeys.ts";
import { t } from "../../texts/account.ts";
import { FormDialog } from "../dialogs.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { useDates } from "../time.tsx";
import { say } from "../toasts.tsx";
import { LastUsed, Row, RowButton } from "./rows.tsx";

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
      <h2 id="passkeys">{t.passkeys.title}</h2>
      <p>{t.passkeys.text}</p>
      {error && !passkeys ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowSkeletons count={1} label={t.passkeys.loading} />
      ) : (
        passkeys && passkeys.length > 0 && <List passkeys={passkeys} open={setOpen} />
      )}
      {works && (
        <button type="button" className="button button--quiet" onClick={() => setOpen("add")}>
          <Plus size={17} aria-hidden />
          {t.passkeys.add}
        </button>
      )}
      {open === "add" && (
        <FormDialog
          title={t.passkeys.add}
          text={t.passkeys.addText}
          action={t.common.goOn}
          onClose={close}
          onSubmit={async (form) => {
            await addPasskey(String(form.get("name")));
            say(t.passkeys.added);
          }}
        >
          <NameField />
        </FormDialog>
      )}
      {open !== null && typeof open === "object" && "rename" in open && (
        <FormDialog
          title={t.passkeys.renameTitle}
          action={t.passkeys.rename}
          onClose={close}
          onSubmit={(form) => renamePasskey(open.rename, String(form.get("name")))}
        >
          <NameField value={open.rename.name} />
        </FormDialog>
      )}
      {open !== null && typeof open === "object" && "remove" in open && (
        <FormDialog
          title={t.passkeys.removeTitle(open.remove.name)}
          text={t.passkeys.removeText}
          action={t.passkeys.remove}
          danger
          onClose={close}
          onSubmit={async () => {
            await removePasskey(open.remove);
            say(t.passkeys.removed(open.remove.name));
          }}
        />
      )}
    </section>
  );
}

const NameField = ({ value }: { value?: string }) => (
  <div className="field">
    <label htmlFor="passkey-name">{t.passkeys.name}</label>
    <input id="passkey-name" name="name" required maxLength={100} autoComplete="off" defaultValue={value} aria-describedby="passkey-name-hint" />
    <p id="passkey-name-hint" className="field__hint">
      {t.passkeys.nameHint}
    </p>
  </div>
);

function List({ passkeys, open }: { passkeys: readonly Passkey[]; open: (dialog: Open) => void }) {
  const { dayAndTime } = useDates();
  return (
    <ul className="devices">
      {passkeys.map((passkey) => (
        <Row
          key={passkey.id}
          icon={<Fingerprint size={22} aria-hidden />}
          name={passkey.name}
          about={
            <>
              {passkey.synced ? t.passkeys.synced : t.passkeys.onOneDevice} · {t.passkeys.addedAt(dayAndTime(passkey.createdAt))} ·{" "}
              <LastUsed at={passkey.lastUsedAt} />
            </>
          }
        >
          <RowButton label={t.passkeys.renameName(passkey.name)} onClick={() => open({ rename: passkey })}>
            {t.passkeys.rename}
          </RowButton>
          <RowButton label={t.passkeys.removeName(passkey.name)} onClick={() => open({ remove: passkey })}>
            {t.passkeys.remove}
          </RowButton>
        </Row>
      ))}
    </ul>
  );
}
