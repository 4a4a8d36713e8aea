import type { Attachment, Post } from "@newfeed/client";
import { foldLine, foldText, lengths } from "@newfeed/shared/contracts/text.ts";
import { useState } from "react";
import { type DraftKey, discardDraft, keepDraft, useDraft } from "../data/drafts.ts";
import { editPost } from "../data/posts.ts";
import { t } from "../texts/texts.ts";
import { CategoryChoice } from "./category.tsx";
import { FormDialog } from "./dialogs.tsx";
import { EditPoll, editedPoll } from "./edit-poll.tsx";
import { EditedText } from "./edited-text.tsx";
import { Field } from "./form.tsx";
import "./alt-text.css";

export interface EditPostProps {
  post: Post;
  onClose: () => void;
}

const fieldOf = ({ id }: Attachment) => `alt-${id}`;

/** A document is read, and has a name. */
const isSeen = ({ kind }: Attachment) => kind !== "document";

/** What has changed of the texts of a post's media. */
const altTextsIn = (form: FormData, media: readonly Attachment[]) =>
  media.filter(isSeen).flatMap((one) => {
    const alt = foldText(String(form.get(fieldOf(one)) ?? ""));
    return alt === (one.alt ?? "") ? [] : [{ mediaId: one.id, alt }];
  });

export function EditPost({ post, onClose }: EditPostProps) {
  const key: DraftKey = `${post.author.id}/edit-post:${post.id}`;
  const draft = useDraft(key);
  const [category, setCategory] = useState(post.category);
  const [withoutPoll, setWithoutPoll] = useState(false);
  const wasForFollowers = post.visibility === "followers";
  const keep = (patch: Parameters<typeof keepDraft>[1]) =>
    keepDraft(key, { text: draft?.text ?? post.content, followersOnly: draft?.followersOnly ?? wasForFollowers, ...patch });
  /** A field whose words are kept with the draft. */
  const kept = (name: string, original: string | null) => ({
    name,
    dir: "auto",
    value: draft?.edits[name] ?? original ?? "",
    onChange: ({ target }: { target: { value: string } }) => keep({ edits: { ...draft?.edits, [name]: target.value } }),
  });
  return (
    <FormDialog
      title={t.editing.post}
      action={t.common.save}
      onClose={onClose}
      onSubmit={async (form) => {
        const forFollowers = form.get("followers") !== null;
        // What is not changed is not chosen: the posts of a private account are for followers anyway.
        const visibility = forFollowers ? "followers" : "public";
        const altTexts = altTextsIn(form, post.media);
        await editPost(post.id, {
          content: String(form.get("content")),
          location: foldLine(String(form.get("location"))) || null,
          contentWarning: foldLine(String(form.get("contentWarning"))) || null,
          ...(category !== post.category && { category }),
          quotable: form.get("quotable") !== null,
          ...(post.media.length > 0 && { sensitive: form.get("sensitive") !== null }),
          ...(altTexts.length > 0 && { altTexts }),
          ...editedPoll(post.poll, draft?.poll ?? null, withoutPoll),
          ...(forFollowers !== wasForFollowers && { visibility }),
        });
        discardDraft(key);
      }}
    >
      <EditedText draftKey={key} original={post.content} limit={lengths.post} rows={post.media.length > 0 ? 4 : 7} followersOnly={wasForFollowers} />
      <EditPoll
        poll={post.poll}
        draft={draft?.poll ?? null}
        removed={withoutPoll}
        change={(poll) => {
          setWithoutPoll(poll === null);
          keep({ poll });
        }}
      />
      <CategoryChoice value={category} choose={setCategory} />
      <Field label={t.post.location} maxLength={lengths.postLocation} {...kept("location", post.location)} />
      <Field label={t.post.contentWarning} maxLength={lengths.contentWarning} {...kept("contentWarning", post.contentWarning)} />
      {post.media.filter(isSeen).map((one, index, shown) => (
        <div key={one.id} className="alt-text">
          <img src={one.thumbnailUrl ?? (one.kind === "image" ? one.url : "")} alt="" loading="lazy" />
          <div className="field">
            <label htmlFor={fieldOf(one)}>{shown.length > 1 ? t.altText.labelOf(index + 1, shown.length) : t.altText.label}</label>
            <textarea id={fieldOf(one)} rows={2} maxLength={lengths.altText} {...kept(fieldOf(one), one.alt)} />
          </div>
        </div>
      ))}
      {post.media.length > 0 && (
        <label className="check">
          <input type="checkbox" name="sensitive" defaultChecked={post.sensitive} />
          {t.post.sensitive}
        </label>
      )}
      <label className="check">
        <input
          type="checkbox"
          name="followers"
          checked={draft?.followersOnly ?? wasForFollowers}
          onChange={(event) => keep({ followersOnly: event.target.checked })}
        />
        {t.post.followersOnly}
      </label>
      <label className="check">
        <input type="checkbox" name="quotable" defaultChecked={post.quotable} />
        {t.post.quotable}
      </label>
    </FormDialog>
  );
}
