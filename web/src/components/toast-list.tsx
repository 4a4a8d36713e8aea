import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import { useEffect } from "react";

export const toasts = Toast.createToastManager();

export function ToastList({ onReady }: { onReady: () => void }) {
  useEffect(onReady, [onReady]);
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
