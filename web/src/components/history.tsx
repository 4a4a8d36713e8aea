import { later } from "./later.tsx";
import type { HistoryProps } from "./open-history.tsx";
import { FloatingFailed } from "./states.tsx";

/** What a post or a comment said before its changes; loaded when the first one opens. */
export const History = later<HistoryProps>(async () => (await import("./open-history.tsx")).OpenHistory, {
  failed: ({ onClose }, retry) => <FloatingFailed retry={retry} close={onClose} />,
});
