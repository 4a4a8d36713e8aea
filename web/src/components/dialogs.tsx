import { later } from "./later.tsx";
import type { ConfirmProps, ContentProps, FormProps } from "./open-dialogs.tsx";
import { FloatingFailed } from "./states.tsx";

const load = () => import("./open-dialogs.tsx");
const failed = ({ onClose }: { onClose: () => void }, retry: () => void) => <FloatingFailed retry={retry} close={onClose} />;

/** A confirmation of an action that cannot be undone; loaded when the first one opens. */
export const Confirm = later<ConfirmProps>(async () => (await load()).Confirm, { failed });

/** Anything else in a dialog; loaded when the first one opens. */
export const ContentDialog = later<ContentProps>(async () => (await load()).ContentDialog, { failed });

/** A form in a dialog; loaded when the first one opens. */
export const FormDialog = later<FormProps>(async () => (await load()).FormDialog, { failed });
