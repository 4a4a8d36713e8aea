import { CloudOff, X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { describeProblem } from "../data/problems.ts";
import { t } from "../texts/texts.ts";

/** An empty list: why it is empty, and what to do. */
export function Empty({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      {icon}
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** What could not be loaded, and a retry. `error` says why; without one it is a part of the page itself. */
export function Failed({ error, retry }: { error?: unknown; retry: () => void }) {
  return (
    <div className="empty" role="alert">
      <CloudOff size={32} aria-hidden />
      <h2>{t.states.failed}</h2>
      <p>{error === undefined ? t.states.checkConnection : describeProblem(error)}</p>
      <button type="button" className="button button--quiet" onClick={retry}>
        {t.common.tryAgain}
      </button>
    </div>
  );
}

/** In place of every page while nothing is known, not even who is signed in. */
export function Away({ retry, children }: { retry: () => void; children?: ReactNode }) {
  return (
    <div className="empty" role="alert">
      <CloudOff size={32} aria-hidden />
      <h1>{t.states.away}</h1>
      <p>{t.states.comesBack}</p>
      <button type="button" className="button button--quiet" onClick={retry}>
        {t.common.tryNow}
      </button>
      {children}
    </div>
  );
}

/** The same for what floats above the page, as menus and dialogs. */
export function FloatingFailed({ retry, close }: { retry: () => void; close: () => void }) {
  return createPortal(
    <div className="toasts">
      <div className="toast" role="alert">
        <div>
          <b>{t.states.failed}</b>
          <p>{t.states.checkConnection}</p>
        </div>
        <button type="button" className="toast__action" onClick={retry}>
          {t.common.tryAgain}
        </button>
        <button type="button" className="icon-button toast__close" aria-label={t.common.close} onClick={close}>
          <X size={18} aria-hidden />
        </button>
      </div>
    </div>,
    document.body,
  );
}

/** The end of a list: loads more before it is reached; a button where there is no scrolling. */
export function More({
  hasMore,
  loading,
  failed,
  load,
  label = t.common.showMore,
}: {
  hasMore: boolean;
  loading: boolean;
  failed?: boolean;
  load: () => void;
  label?: string;
}) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!hasMore || loading || failed || !end.current) return;
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && load(), { rootMargin: "800px" });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [hasMore, loading, failed, load]);
  if (!hasMore) return null;
  return (
    <div ref={end} className="more">
      <button type="button" className="button button--quiet" disabled={loading} onClick={load}>
        {loading ? t.common.loading : failed ? t.common.loadingFailed : label}
      </button>
    </div>
  );
}
