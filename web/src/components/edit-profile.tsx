import type { User } from "@newfeed/client";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { useRef } from "react";
import { client, queryClient } from "../data/client.ts";
import { keys } from "../data/keys.ts";
import { t } from "../texts/texts.ts";
import { FormDialog } from "./dialogs.tsx";
import { Field } from "./form.tsx";
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
    </FormDialog>
  );
}
