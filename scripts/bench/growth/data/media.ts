import { type Rows, row, rows } from "../rows.ts";
import { at, idOf, type Size, type Users, uuid } from "../size.ts";
import { endedSuspensions } from "./people.ts";

const yesterday = "$3::timestamptz - interval '25 hours'";
const upload = { kind: "'image'", store: "'local'", width: "40", height: "20", bytes: "1000", content_type: "'image/jpeg'" };
/** No such file is there: its removal finds that it is gone. */
const path = (id: string) => `'00/' || ${id} || '-' || repeat('g', 22) || '.jpg'`;

/** The author's uploads, the half of which posts show; uploads and claims that nothing confirmed; files that are to be removed, and forms of uploads that have ended. */
export function media(size: Size, { author }: Users): Rows[] {
  const { uploads, ended } = size;
  const shown = Math.floor(uploads / 2);
  const claim = { subject_kind: "'post'", visibility: "'public'" };
  return [
    endedSuspensions("suspension", size),
    rows("media", uploads, { ...upload, id: idOf("upload", "n"), owner_id: uuid(author), path: path(idOf("upload", "n")), created_at: at(uploads) }),
    rows("media_claim", shown, {
      ...claim,
      media_id: idOf("upload", "2 * n"),
      subject_id: idOf("post", "n"),
      revision: "1",
      confirmed: "true",
      claimed_at: at(shown),
    }),
    rows("media", ended, { ...upload, id: idOf("ended", "n"), owner_id: idOf("user", "n"), path: path(idOf("ended", "n")), expires_at: yesterday }),
    rows("media_claim", ended, { ...claim, media_id: idOf("upload", "2 * n - 1"), subject_id: idOf("ended", "n"), claimed_at: yesterday }),
    rows("media_removal", ended, { path: path(idOf("removed upload", "n")), kind: "'image'", due_at: yesterday }),
    rows("direct_upload", ended, { id: idOf("ended", "n"), owner_id: idOf("user", "n"), bytes: "1000", expires_at: yesterday }),
    row("media_usage", { owner_id: uuid(author), bytes: String(uploads * 1_000) }),
    rows("media_usage", ended, { owner_id: idOf("user", "n"), bytes: "1000" }),
  ];
}
