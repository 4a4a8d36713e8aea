import { useEffect } from "react";
import { useLocation } from "wouter";
import { useObservable } from "../data/hooks.ts";
import { useMe } from "../data/session.ts";
import { isHelpShown, isWriting, setShortcutsOn, shortcutTable, useShortcuts, useShortcutsOn } from "../shortcuts.ts";
import { Composer } from "./composer.tsx";
import { ContentDialog } from "./dialogs.tsx";
import { say } from "./toasts.tsx";
import "./shortcuts.css";
import { t } from "../texts/texts.ts";

/** The shortcuts, and the dialogs that they open. */
export function Shortcuts() {
  useShortcuts();
  const me = useMe();
  const writing = useObservable(isWriting);
  const help = useObservable(isHelpShown);
  const [path] = useLocation();
  // It has led to another page.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes is the page
  useEffect(() => isWriting.set(false), [path]);
  return (
    <>
      {me && writing && (
        <ContentDialog title={t.shell.newPost} onClose={() => isWriting.set(false)}>
          <Composer
            me={me}
            onSent={() => isWriting.set(false)}
            onDone={(isSent, isLater) => (isSent ? isLater || say(t.composer.published) : isWriting.set(true))}
          />
        </ContentDialog>
      )}
      {help && <Help />}
    </>
  );
}

function Help() {
  const on = useShortcutsOn();
  return (
    <ContentDialog title={t.shortcuts.title} onClose={() => isHelpShown.set(false)}>
      <dl className="shortcuts">
        {shortcutTable.map(({ keys, does }) => (
          <div key={does}>
            <dt>{t.shortcuts[does]}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="check">
        <input type="checkbox" checked={on} onChange={(event) => setShortcutsOn(event.target.checked)} />
        {t.shortcuts.letters}
      </label>
    </ContentDialog>
  );
}
