import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import { describeProblem } from "../data/problems.ts";

const toasts = Toast.createToastManager();

/** Says something that needs no answer, for a few seconds; screen readers read it out. */
export const say = (title: string) => void toasts.add({ title, timeout: 5_000 });

/** What did not work, and why. */
export const showProblem = (title: string, error: unknown) =>
  void toasts.add({ title, description: describeProblem(error), timeout: 9_000, priority: "high", data: { problem: true } });

export function Toasts() {
  return (
    <Toast.Provider toastManager={toasts} limit={3}>
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  return Toast.useToastManager().toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast" swipeDirection={["down", "right"]}>
      <div>
        <Toast.Title render={<b />} />
        <Toast.Description render={<p />} />
      </div>
      <Toast.Close className="icon-button toast__close" aria-label="Close">
        <X size={18} aria-hidden />
      </Toast.Close>
    </Toast.Root>
  ));
}
