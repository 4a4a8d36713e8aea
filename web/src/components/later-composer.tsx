import { t } from "../texts/texts.ts";
import { Avatar } from "./avatar.tsx";
import type { ComposerProps } from "./composer.tsx";
import { later } from "./later.tsx";

/** The composer, loaded where someone is signed in: visitors have nothing to write. In its place, one line, as it is until it is used. */
export const LaterComposer = later<ComposerProps>(async () => (await import("./composer.tsx")).Composer, {
  waiting: ({ me }) => (
    <div className="card composer" aria-hidden>
      <Avatar of={me} />
      <div className="composer__body composer__waiting">{t.composer.placeholder}</div>
    </div>
  ),
});
