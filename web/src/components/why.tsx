import { later } from "./later.tsx";
import type { WhyProps } from "./open-why.tsx";
import { FloatingFailed } from "./states.tsx";

/** Why the reader got a notification; loaded when the first one opens. */
export const Why = later<WhyProps>(async () => (await import("./open-why.tsx")).OpenWhy, {
  failed: ({ onClose }, retry) => <FloatingFailed retry={retry} close={onClose} />,
});
