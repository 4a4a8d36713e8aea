import { later } from "./later.tsx";
import type { EmojiButtonProps } from "./open-emoji-button.tsx";

/** Loaded with the first field that is used. */
export const EmojiButton = later<EmojiButtonProps>(async () => (await import("./open-emoji-button.tsx")).EmojiButton, {
  waiting: <span className="icon-button" />,
  failed: () => null,
});
