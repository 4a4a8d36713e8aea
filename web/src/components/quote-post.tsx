import { type Account, newMutationId, type Post } from "@newfeed/client";
import { foldText, lengths } from "@newfeed/shared/contracts/text.ts";
import { useRef } from "react";
import { type DraftKey, discardDraft } from "../data/drafts.ts";
import { writePost } from "../data/posts.ts";
import { t } from "../texts/texts.ts";
import { FormDialog } from "./dialogs.tsx";
import { EditedText } from "./edited-text.tsx";
import { QuotedContent } from "./quoted.tsx";
import { say } from "./toasts.tsx";

export interface QuotePostProps {
  post: Post;
  me: Account;
  onClose: () => void;
}

/** The form for a post that quotes another. Its text is kept until it is sent. */
export function QuotePost({ post, me, onClose }: QuotePostProps) {
  const key: DraftKey = `${me.id}/quote:${post.id}`;
  /** What is sent again as it was has the same id, so that it is not there twice. */
  const sent = useRef({ content: "", id: "" });
  return (
    <FormDialog
      title={t.post.quoteTitle}
      action={t.composer.post}
      onClose={onClose}
      onSubmit={async (form) => {
        const content = foldText(String(form.get("content")));
        if (sent.current.content !== content) sent.current = { content, id: newMutationId() };
        const author = { id: me.id, username: me.username, fullName: me.fullName, avatarUrl: null };
        const body = { content, postType: "TEXT", quotedPostId: post.id, visibility: "public", status: "published" } as const;
        await writePost(author, { body, media: [], quoted: post }, sent.current.id);
        discardDraft(key);
        say(t.composer.published);
      }}
    >
      <EditedText draftKey={key} original="" limit={lengths.post} rows={4} required />
      <div className="quoted">
        <QuotedContent post={post} />
      </div>
    </FormDialog>
  );
}
