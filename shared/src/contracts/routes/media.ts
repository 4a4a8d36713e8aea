import * as z from "zod";
import { Attachment, Media } from "../dto.ts";
import { Id, MediaId, PostId, UserId } from "../ids.ts";
import { PictureHash } from "../picture-hash.ts";
import { LinkUrl, PageQuery, pageOf } from "../primitives.ts";
import { avatarShape, headerShape, type PictureShape } from "../profile-pictures.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "media-service", tag: "Media" } as const;
const byId = { params: z.object({ id: MediaId }) };
const ofUser = { params: z.object({ id: UserId }) };

const StoreName = z.union([z.literal("local"), z.templateLiteral(["cloudinary:", z.string()])]);
/** An upload as posts keep it: where its files are, not under which addresses. */
const StoredAttachment = Attachment.omit({ url: true, thumbnailUrl: true, alt: true }).extend({
  store: StoreName,
  path: z.string(),
  thumbnailPath: z.string().nullable(),
  /** Rows from before videos had one have none. */
  duration: Attachment.shape.duration.optional(),
  /** Rows from before there were documents have neither. */
  name: Attachment.shape.name.optional(),
  bytes: Attachment.shape.bytes.optional(),
  /** What the post says of it; media-service does not know it. */
  alt: Attachment.shape.alt.optional(),
});
export type StoredAttachment = z.infer<typeof StoredAttachment>;

/** What keeps an upload. */
const Subject = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("post"), id: PostId }),
  z.strictObject({ kind: z.literal("profile"), id: UserId }),
]);
export type Subject = z.infer<typeof Subject>;

/** `public_id` is the wire name that upload clients know. */
const Uploaded = z.object({
  success: z.literal(true),
  id: MediaId,
  url: z.string(),
  public_id: z.string(),
  width: z.int(),
  height: z.int(),
  expiresAt: Media.shape.expiresAt,
});
const UploadedImage = Uploaded.extend({ blurhash: z.string(), thumbnailUrl: z.string() }).meta({ id: "UploadedImage" });
const inSizes = ({ widths: { small, medium, large } }: PictureShape) =>
  UploadedImage.extend({
    sizes: z.object({ small: z.string(), medium: z.string(), large: z.string() }).meta({
      description: `Addresses of files that are ${small}, ${medium} and ${large} pixels wide; \`url\` is the large one`,
    }),
  });
const UploadedAvatar = inSizes(avatarShape).meta({ id: "UploadedAvatar" });
const UploadedHeader = inSizes(headerShape).meta({ id: "UploadedHeader" });
/** A poster frame and its blurhash where the server has ffmpeg. */
const UploadedVideo = Uploaded.extend({
  duration: z.number().nullable(),
  blurhash: z.string().nullable(),
  thumbnailUrl: z.string().nullable(),
}).meta({ id: "UploadedVideo" });
const UploadedDocument = Uploaded.omit({ width: true, height: true }).extend({ name: z.string(), bytes: z.int() }).meta({ id: "UploadedDocument" });

const HashOfPicture = z.object({ hash: PictureHash }).meta({ id: "HashOfPicture" });

const upload = {
  method: "post",
  access: "user",
  limit: "upload",
  bodyType: "multipart",
  status: 201,
  errors: ["payload_too_large", "quota_exceeded", "unsupported_media_type", "unprocessable_media"],
} as const;

export const mediaRoutes = defineRoutes(common, {
  uploadImage: {
    ...upload,
    path: "/api/media/upload/image",
    summary: "Upload a JPG, PNG, GIF or WEBP of at most 5 MB",
    body: z.object({ image: z.file().meta({ override: { type: "string", format: "binary" } }) }),
    response: UploadedImage,
  },
  uploadAvatar: {
    ...upload,
    path: "/api/media/upload/avatar",
    summary: "Upload a picture of yourself: the square in its middle, in three sizes. `avatarUrl` of `PATCH /api/v1/users/me` then names its `url`",
    body: z.object({ image: z.file().meta({ override: { type: "string", format: "binary" } }) }),
    response: UploadedAvatar,
  },
  uploadHeader: {
    ...upload,
    path: "/api/media/upload/header",
    summary:
      "Upload the picture over your profile: what is in its middle, three times as wide as high, in three sizes. `headerUrl` of `PATCH /api/v1/users/me` then names its `url`",
    body: z.object({ image: z.file().meta({ override: { type: "string", format: "binary" } }) }),
    response: UploadedHeader,
  },
  uploadVideo: {
    ...upload,
    path: "/api/media/upload/video",
    summary: "Upload an MP4, WEBM or MOV of at most 50 MB",
    body: z.object({ video: z.file().meta({ override: { type: "string", format: "binary" } }) }),
    response: UploadedVideo,
  },
  uploadDocument: {
    ...upload,
    path: "/api/media/upload/document",
    summary: "Upload a PDF of at most 10 MB. It is kept as it is, also what it says of its author, and served as a download under the name of the file",
    body: z.object({ document: z.file().meta({ override: { type: "string", format: "binary" } }) }),
    response: UploadedDocument,
  },
  startDirectUpload: {
    method: "post",
    access: "user",
    limit: "upload",
    path: "/api/media/upload/direct",
    summary:
      "Ask for a form that takes a video past NewFeed, where uploads are kept in a bucket: for files that would take long. Send the video within 15 minutes, in a POST to `url` with `fields` and then `file`, and complete it within the hour",
    body: z.strictObject({
      bytes: z.int().min(1).meta({ description: "The size of the file, exactly. At most 50 MB" }),
      contentType: z.enum(["video/mp4", "video/webm", "video/quicktime"]),
    }),
    status: 201,
    response: z
      .object({
        id: MediaId,
        url: z.string(),
        fields: z.record(z.string(), z.string()),
        formExpiresAt: z.iso.datetime().meta({ description: "Until then the form takes the file" }),
        expiresAt: z.iso.datetime().meta({ description: "Until then it may be completed; afterwards the file is removed" }),
      })
      .meta({ id: "DirectUpload" }),
    errors: ["not_offered", "payload_too_large", "quota_exceeded"],
  },
  completeDirectUpload: {
    method: "post",
    access: "user",
    limit: "upload",
    path: "/api/media/upload/direct/:id/complete",
    summary: "Have a video that was sent to a form checked and kept, as any upload is. Again, it answers the same",
    ...byId,
    status: 201,
    response: UploadedVideo,
    errors: ["not_offered", "not_found", "conflict", "payload_too_large", "quota_exceeded", "unsupported_media_type", "unprocessable_media"],
  },
  cancelDirectUpload: {
    method: "delete",
    access: "user",
    path: "/api/media/upload/direct/:id",
    summary: "Give up a direct upload: what has arrived of it is removed, and it cannot be completed any more (idempotent). One that is completed stays",
    ...byId,
    errors: ["not_offered"],
  },
  hashPicture: {
    ...upload,
    path: "/api/v1/media/picture-hash",
    summary: "What a rule of the kind `picture` knows a picture by, for moderators. The file is not kept",
    scope: null,
    status: 200,
    body: z.object({ image: z.file().meta({ override: { type: "string", format: "binary" } }) }),
    response: HashOfPicture,
    errors: ["forbidden", "payload_too_large", "unsupported_media_type", "unprocessable_media"],
  },
  getPictureHash: {
    method: "get",
    access: "user",
    path: "/api/v1/media/:id/picture-hash",
    summary: "The same of an upload, also of one that others do not get",
    scope: null,
    ...byId,
    response: HashOfPicture,
    errors: ["forbidden", "not_found"],
  },
  getMedia: {
    method: "get",
    path: "/api/media/:id",
    summary: "An upload",
    access: "anyone",
    ...byId,
    response: Media,
    errors: ["not_found"],
  },
  deleteMedia: {
    method: "delete",
    path: "/api/media/:id",
    summary: "Delete an upload",
    access: "user",
    ...byId,
    errors: ["not_found", "not_owner", "conflict"],
  },
  listUserMedia: {
    method: "get",
    path: "/api/v1/users/:id/media",
    summary: "A user's uploads, newest first (others see those of the posts that they may see, and of the profile)",
    access: "anyone",
    ...ofUser,
    query: PageQuery,
    response: pageOf(Media),
    errors: ["not_found"],
  },
});

/** For other services only. */
export const mediaInternalRoutes = defineRoutes(common, {
  /** Claims the owner's unattached uploads for a post, all or none; the post's `post.created` confirms the claim, else it lapses after 24 h. */
  attachMedia: {
    method: "post",
    path: "/internal/media/attach",
    summary: "Attach uploads to a post",
    access: "service",
    body: z.strictObject({
      ownerId: UserId,
      postId: PostId,
      visibility: z.enum(["public", "followers"]),
      ids: z.array(MediaId).max(10),
      urls: z.array(LinkUrl).max(10),
    }),
    response: z.object({ attached: z.array(StoredAttachment), links: z.array(z.string()) }),
    errors: ["validation_failed"],
  },
  /** As `attachMedia`, for a profile: its `user.updated` confirms the claim, and the next one that names another releases it. */
  claimAvatar: {
    method: "post",
    path: "/internal/media/claim-avatar",
    summary: "Keep an upload as a picture of its owner's profile. `refused`: an address of ours that is no picture of theirs",
    access: "service",
    body: z.strictObject({ ownerId: UserId, url: LinkUrl }),
    response: z.object({ outcome: z.enum(["claimed", "elsewhere", "refused"]) }),
  },
  visibleMedia: {
    method: "get",
    path: "/internal/media/:id/visible",
    summary: "Whose an upload is that a viewer may see",
    access: "service",
    ...byId,
    query: z.strictObject({ viewer: UserId.optional() }),
    response: z.object({ id: MediaId, ownerId: UserId, url: z.string() }),
    errors: ["not_found"],
  },
  pictureHashes: {
    method: "post",
    path: "/internal/media/picture-hashes",
    summary: "How uploads look: of those that have a hash",
    access: "service",
    body: z.strictObject({ ids: z.array(MediaId).max(1_000) }),
    response: z.object({ pictures: z.array(z.object({ id: MediaId, hash: PictureHash })) }),
  },
  mediaExport: {
    method: "get",
    path: "/internal/users/:id/export",
    summary: "A user's uploads",
    access: "service",
    ...ofUser,
    query: z.strictObject({ section: z.literal("media"), after: Id.optional() }),
    response: z.object({ items: z.array(z.unknown()), next: Id.nullable() }),
  },
});
