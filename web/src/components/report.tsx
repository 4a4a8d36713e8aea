import { later } from "./later.tsx";
import type { ReportProps } from "./open-report.tsx";
import { FloatingFailed } from "./states.tsx";

/** Reports something; loaded when the first one opens. */
export const Report = later<ReportProps>(async () => (await import("./open-report.tsx")).OpenReport, {
  failed: ({ onClose }, retry) => <FloatingFailed retry={retry} close={onClose} />,
});
