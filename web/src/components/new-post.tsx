import type { Account } from "@newfeed/client";
import { isWriting } from "../shortcuts.ts";
import { t } from "../texts/texts.ts";
import { Composer } from "./composer.tsx";
import { ContentDialog } from "./dialogs.tsx";
import { say } from "./toasts.tsx";

export interface NewPostProps {
  me: Account;
}

/** The dialog in which a post is written from anywhere. */
export const NewPost = ({ me }: NewPostProps) => (
  <ContentDialog title={t.shell.newPost} onClose={() => isWriting.set(false)}>
    <Composer me={me} onSent={() => isWriting.set(false)} onDone={(isSent, isLater) => (isSent ? isLater || say(t.composer.published) : isWriting.set(true))} />
  </ContentDialog>
);
