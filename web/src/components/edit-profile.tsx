import type { User } from "@newfeed/client";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { useRef, useState } from "react";
import { client, queryClient } from "../data/client.ts";
import { keys } from "../data/keys.ts";
import { t } from "../texts/account.ts";
import { FormDialog } from "./dialogs.tsx";
import { Field, useFieldProblem } from "./form.tsx";
import { PictureField, type UploadChosen } from "./picture-field.tsx";

export function EditProfile({ user, onClose }: { user: User; onClose: () => void }) {
  const uploadAvatar = useRef<UploadChosen>(null);
  const uploadHeader = useRef<UploadChosen>(null);
  async function save(form: FormData) {
    const avatarUrl = await uploadAvatar.current?.();
    const headerUrl = await uploadHeader.current?.();
    const changed = await client.users.updateMe({
      fullName: String(form.get("fullName")),
      bio: String(form.get("bio")),
      location: String(form.get("location")).trim() || null,
      links: linksIn(form),
      ...(avatarUrl !== undefined && { avatarUrl }),
      ...(headerUrl !== undefined && { headerUrl }),
    });
    queryClient.setQueryData(keys.user(user.username), changed);
    // Names in posts and comments follow within moments.
    void client.session.me();
  }
  return (
    <FormDialog title={t.editing.profile} action={t.common.save} onSubmit={save} onClose={onClose}>
      <PictureField user={user} of="header" upload={uploadHeader} />
      <PictureField user={user} of="avatar" upload={uploadAvatar} />
      <Field label={t.editing.name} name="fullName" dir="auto" defaultValue={user.fullName} maxLength={lengths.fullName} required autoComplete="name" />
      <div className="field">
        <label htmlFor="edit-bio">{t.editing.about}</label>
        <textarea id="edit-bio" dir="auto" name="bio" defaultValue={user.bio} rows={4} maxLength={lengths.bio} />
      </div>
      <Field label={t.lists.location} name="location" dir="auto" defaultValue={user.location ?? ""} maxLength={lengths.userLocation} />
      <Links given={user.links} />
    </FormDialog>
  );
}

const mostLinks = 4;
const hasScheme = /^[a-z][a-z\d+.-]*:/i;
/** What stands without a scheme is meant as a page of the web. */
const linksIn = (form: FormData): string[] =>
  form
    .getAll("links")
    .map((text) => String(text).trim())
    .filter(Boolean)
    .map((text) => (hasScheme.test(text) ? text : `https://${text}`));

/** Addresses elsewhere, one in each field; the next field is there when it is asked for. */
function Links({ given }: { given: readonly string[] }) {
  const [count, setCount] = useState(Math.max(1, given.length));
  const problem = useFieldProblem("links");
  return (
    <fieldset className="field">
      <legend>{t.lists.links}</legend>
      {Array.from({ length: count }, (_, index) => (
        <input
          // biome-ignore lint/suspicious/noArrayIndexKey: fields are added at the end only
          key={index}
          name="links"
          inputMode="url"
          dir="ltr"
          defaultValue={given[index] ?? ""}
          aria-label={t.lists.link(index + 1)}
          aria-invalid={problem ? true : undefined}
          maxLength={2_048}
        />
      ))}
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {count < mostLinks && (
        <button type="button" className="button button--quiet button--small" onClick={() => setCount(count + 1)}>
          {t.lists.addLink}
        </button>
      )}
    </fieldset>
  );
}
