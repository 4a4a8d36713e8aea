import type { Account, Post } from "@newfeed/client";
import { t } from "../texts/texts.ts";
import { Composer } from "./composer.tsx";
import { ContentDialog } from "./dialogs.tsx";
import { QuotedContent } from "./quoted.tsx";
import { say } from "./toasts.tsx";

export interface QuotePostProps {
  post: Post;
  me: Account;
  onClose: () => void;
  /** What was written is refused: it is in the form again. */
  onRefused: () => void;
}

/** The form for a post that quotes another. What is written is kept until it is sent. */
export const QuotePost = ({ post, me, onClose, onRefused }: QuotePostProps) => (
  <ContentDialog title={t.post.quoteTitle} onClose={onClose}>
    <Composer me={me} quoted={post} onSent={onClose} onDone={(isSent, isLater) => (isSent ? isLater || say(t.composer.published) : onRefused())} />
    <div className="quoted">
      <QuotedContent post={post} />
    </div>
  </ContentDialog>
);
