import { useEffect } from "react";
import { useLocation } from "wouter";
import { useObservable } from "../data/hooks.ts";
import { useMe } from "../data/session.ts";
import { isHelpShown, isWriting, setShortcutsOn, shortcutTable, useShortcuts, useShortcutsOn } from "../shortcuts.ts";
import { ContentDialog } from "./dialogs.tsx";
import { later } from "./later.tsx";
import type { NewPostProps } from "./new-post.tsx";
import { FloatingFailed } from "./states.tsx";
import "./shortcuts.css";
import { t } from "../texts/texts.ts";

const NewPost = later<NewPostProps>(async () => (await import("./new-post.tsx")).NewPost, {
  failed: (_props, retry) => <FloatingFailed retry={retry} close={() => isWriting.set(false)} />,
});

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
      {me && writing && <NewPost me={me} />}
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
