import type { Post } from "@newfeed/client";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { editPost } from "../data/posts.ts";
import { FormDialog } from "./dialogs.tsx";

export function EditPost({ post, onClose }: { post: Post; onClose: () => void }) {
  return (
    <FormDialog
      title="Edit your post"
      action="Save"
      onClose={onClose}
      onSubmit={(form) => editPost(post.id, { content: String(form.get("content")), visibility: form.get("followers") ? "followers" : "public" })}
    >
      <div className="field">
        <label htmlFor="edit-content">Text</label>
        <textarea id="edit-content" name="content" rows={7} maxLength={lengths.post} defaultValue={post.content} />
      </div>
      <label className="check">
        <input type="checkbox" name="followers" defaultChecked={post.visibility === "followers"} />
        Followers only
      </label>
    </FormDialog>
  );
}
