import type { User } from "@newfeed/client";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { client, queryClient } from "../data/client.ts";
import { keys } from "../data/keys.ts";
import { FormDialog } from "./dialogs.tsx";

export function EditProfile({ user, onClose }: { user: User; onClose: () => void }) {
  async function save(form: FormData) {
    const changed = await client.users.updateMe({ fullName: String(form.get("fullName")), bio: String(form.get("bio")) });
    queryClient.setQueryData(keys.user(user.username), changed);
    // Names in posts and comments follow within moments.
    void client.session.me();
  }
  return (
    <FormDialog title="Edit your profile" action="Save" onSubmit={save} onClose={onClose}>
      <div className="field">
        <label htmlFor="edit-name">Name</label>
        <input id="edit-name" dir="auto" name="fullName" defaultValue={user.fullName} maxLength={lengths.fullName} required autoComplete="name" />
      </div>
      <div className="field">
        <label htmlFor="edit-bio">About you</label>
        <textarea id="edit-bio" dir="auto" name="bio" defaultValue={user.bio} rows={4} maxLength={lengths.bio} />
      </div>
    </FormDialog>
  );
}
