import { later } from "./later.tsx";
import type { HistoryProps } from "./open-post-history.tsx";
import { FloatingFailed } from "./states.tsx";

/** What a post said before its changes; loaded when the first one opens. */
export const PostHistory = later<HistoryProps>(async () => (await import("./open-post-history.tsx")).OpenPostHistory, {
  failed: ({ onClose }, retry) => <FloatingFailed retry={retry} close={onClose} />,
});
