import type { Post } from "@newfeed/client";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { type DraftKey, discardDraft, keepDraft, useDraft } from "../data/drafts.ts";
import { editPost } from "../data/posts.ts";
import { t } from "../texts/texts.ts";
import { FormDialog } from "./dialogs.tsx";
import { EditedText } from "./edited-text.tsx";

export function EditPost({ post, onClose }: { post: Post; onClose: () => void }) {
  const key: DraftKey = `${post.author.id}/edit-post:${post.id}`;
  const draft = useDraft(key);
  const wasForFollowers = post.visibility === "followers";
  return (
    <FormDialog
      title={t.editing.post}
      action={t.common.save}
      onClose={onClose}
      onSubmit={async (form) => {
        const forFollowers = form.get("followers") !== null;
        // What is not changed is not chosen: the posts of a private account are for followers anyway.
        const visibility = forFollowers ? "followers" : "public";
        await editPost(post.id, { content: String(form.get("content")), ...(forFollowers !== wasForFollowers && { visibility }) });
        discardDraft(key);
      }}
    >
      <EditedText draftKey={key} original={post.content} limit={lengths.post} rows={7} followersOnly={wasForFollowers} />
      <label className="check">
        <input
          type="checkbox"
          name="followers"
          checked={draft?.followersOnly ?? wasForFollowers}
          onChange={(event) => keepDraft(key, { text: draft?.text ?? post.content, followersOnly: event.target.checked })}
        />
        {t.post.followersOnly}
      </label>
    </FormDialog>
  );
}
