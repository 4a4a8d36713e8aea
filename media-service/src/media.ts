import type { Media as MediaDto } from "@newfeed/shared/contracts/dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { MediaId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import type { StoredAttachment, Subject } from "@newfeed/shared/contracts/routes/media.ts";
import { publicIdOf } from "@newfeed/shared/ports/media-store.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { fetchSizes, type Key, pageFrom, pageOf, type Window, windowOf } from "@newfeed/shared/store/cursors.ts";
import type { Media, Store } from "./store.ts";

const expiryBatch = 200;
/** Of another user's uploads a page looks through so many windows at most: who may see little of much gets short pages. */
const windowsPerPage = 5;

/** Those of these posts and profiles that a viewer may see, as the services that own them say. */
export type VisibleSubjects = (viewerId: UserId | null, subjects: readonly Subject[]) => Promise<Subject[]>;

/** An upload as a viewer sees it: `claims` are those that they may know of. */
type SeenMedia = Media;

const same = (one: Subject, other: Subject) => one.kind === other.kind && one.id === other.id;

/** An upload as posts keep it. */
export const toStored = ({ id, kind, store, path, thumbnailPath, width, height, duration, blurhash, name, bytes }: Media): StoredAttachment => ({
  ...{ id, kind, store, path, thumbnailPath, width, height, duration, blurhash, name, bytes },
});

function toAttachment(media: Media, urls: MediaUrls) {
  const { id, kind, store, thumbnailPath, width, height, duration, blurhash, name, bytes } = media;
  const thumbnailUrl = thumbnailPath === null ? null : urls.of({ store, kind: "image", path: thumbnailPath });
  return { id, kind, url: urls.of(media), thumbnailUrl, width, height, duration, blurhash, name, bytes };
}

/** When it is removed unless something shows it. */
export const expiryOf = ({ expiresAt }: Pick<Media, "expiresAt">): string | null => expiresAt?.toISOString() ?? null;

export const toMedia = (media: SeenMedia, urls: MediaUrls): MediaDto => ({
  ...toAttachment(media, urls),
  publicId: publicIdOf(media.path),
  ownerId: media.ownerId,
  contentType: media.contentType,
  postId: media.claims.find((claim) => claim.kind === "post")?.id ?? null,
  expiresAt: expiryOf(media),
  createdAt: media.createdAt.toISOString(),
  revision: media.revision,
});

/** Those of these uploads that a viewer may see: their own, and others' by the post or profile that shows them, unless moderators hold them. */
async function seenBy(viewerId: UserId | null, rows: readonly Media[], visibleSubjects: VisibleSubjects): Promise<SeenMedia[]> {
  const asked = rows.filter(({ ownerId, held }) => ownerId !== viewerId && held === null).flatMap(({ claims }) => claims);
  const visible = asked.length > 0 ? await visibleSubjects(viewerId, asked) : [];
  return rows.flatMap((media) => {
    if (media.ownerId === viewerId) return [media];
    if (media.held !== null) return [];
    const claims = media.claims.filter((claim) => visible.some((subject) => same(subject, claim)));
    return claims.length > 0 ? [{ ...media, claims }] : [];
  });
}

/** Throws `not_found`, also for what the viewer may not see. */
export async function getMedia(store: Pick<Store, "byId">, id: MediaId, viewerId: UserId | null, visibleSubjects: VisibleSubjects): Promise<SeenMedia> {
  const media = await store.byId(id);
  const [seen] = media ? await seenBy(viewerId, [media], visibleSubjects) : [];
  if (!seen) throw new Problem("not_found");
  return seen;
}

const keyOf = ({ createdAt, id }: Media) => ({ at: createdAt, id });

/**
 * A user's uploads, newest first; others see those of posts that they may see, and of the profile. Throws `not_found` for a
 * user whose profile the viewer may not see.
 */
export async function listMedia(
  { store, visibleSubjects, urls }: { store: Pick<Store, "uploadsOf" | "claimedUploadsOf">; visibleSubjects: VisibleSubjects; urls: MediaUrls },
  ownerId: UserId,
  viewerId: UserId | null,
  query: PageQuery,
): Promise<Page<MediaDto>> {
  const window = windowOf(query);
  const toItem = (media: SeenMedia) => toMedia(media, urls);
  if (ownerId === viewerId) return pageFrom(await store.uploadsOf(ownerId, window), window, keyOf, toItem);
  if ((await visibleSubjects(viewerId, [{ kind: "profile", id: ownerId }])).length === 0) throw new Problem("not_found");

  const [, take] = fetchSizes;
  const seen: SeenMedia[] = [];
  let position: Key | null = null;
  let next: Window = { ...window, take, skip: 0 };
  for (let windows = 0; windows < windowsPerPage; windows++) {
    const { rows, end } = await store.claimedUploadsOf(ownerId, next);
    seen.push(...(await seenBy(viewerId, rows, visibleSubjects)));
    const last = rows.at(-1);
    position = last && rows.length === take ? keyOf(last) : end;
    if (!position || seen.length > window.skip + window.limit) return pageFrom(seen.slice(window.skip), window, keyOf, toItem);
    next = { ...next, ...(window.after ? { after: position } : { before: position }) };
  }
  return pageOf({ rows: seen.slice(window.skip), end: position }, window, keyOf, toItem);
}

/** Deletes an upload of the user's own. Throws `not_found`, `not_owner`, and `conflict` when a post or the profile shows it. */
export async function deleteMedia(store: Pick<Store, "transaction" | "byId">, id: MediaId, userId: UserId, visibleSubjects: VisibleSubjects): Promise<void> {
  const media = await getMedia(store, id, userId, visibleSubjects);
  if (media.ownerId !== userId) throw new Problem("not_owner");
  const removed = await store.transaction((operations) => operations.removeUnclaimed(id, userId));
  if (removed > 0) return;
  // Deleted a moment ago, or claimed.
  const { claims } = await getMedia(store, id, userId, visibleSubjects);
  throw new Problem("conflict", {
    message: claims.some(({ kind }) => kind === "post")
      ? "This upload is attached to a post: delete the post."
      : "This upload is a picture of your profile: choose another one first.",
  });
}

/** Removes some of the uploads that have expired by `now`. Gives how many. */
export const removeExpired = (store: Pick<Store, "transaction">, now: Date): Promise<number> =>
  store.transaction((operations) => operations.removeExpired(now, expiryBatch));
