import { networkError } from "../errors.ts";
import { type Http, unwrap } from "../http.ts";
import type {
  CallOptions,
  HashOfPicture,
  Media,
  Page,
  PageQuery,
  UploadedAvatar,
  UploadedDocument,
  UploadedHeader,
  UploadedImage,
  UploadedVideo,
} from "../types.ts";
import type { UploadOptions } from "../upload.ts";

export interface MediaCalls {
  /** A JPG, PNG, GIF or WEBP of at most 5 MB, or an MP4, WEBM or MOV of at most 50 MB, or a PDF of at most 10 MB: by `file.type`. Removed after 24 h unless a post or the profile shows it. */
  upload(file: Blob, options?: UploadOptions): Promise<UploadedImage | UploadedVideo | UploadedDocument>;
  uploadImage(file: Blob, options?: UploadOptions): Promise<UploadedImage>;
  /** The square in the middle of a picture, in three sizes: `users.updateMe({ avatarUrl: url })` makes it the user's own. */
  uploadAvatar(file: Blob, options?: UploadOptions): Promise<UploadedAvatar>;
  /** What is in the middle of a picture, three times as wide as high, in three sizes: `users.updateMe({ headerUrl: url })` puts it over the user's own profile. */
  uploadHeader(file: Blob, options?: UploadOptions): Promise<UploadedHeader>;
  /** Above 16 MB it goes straight to where the server keeps it, where the server offers that. */
  uploadVideo(file: Blob, options?: UploadOptions): Promise<UploadedVideo>;
  /** A PDF, which others download under the name that is given here. */
  uploadDocument(file: Blob, options?: UploadOptions): Promise<UploadedDocument>;
  /** What a rule of the kind `picture` knows a picture by: of a file, which is not kept, or of an upload. For moderators. */
  hashOf(picture: Blob | string, options?: CallOptions): Promise<string>;
  get(id: string, options?: CallOptions): Promise<Media>;
  delete(id: string, options?: CallOptions): Promise<void>;
  /** A user's uploads, newest first; of others, those of posts that you may see, and of the profile. */
  listOf(userId: string, query?: PageQuery, options?: CallOptions): Promise<Page<Media>>;
}

const kindOf = ({ type }: Blob) => (type === "application/pdf" ? "document" : type.startsWith("video/") ? "video" : "image");

export function mediaCalls(http: Http, baseUrl: string): MediaCalls {
  const { api } = http;
  const at = (id: string) => ({ params: { path: { id } } });
  /** Few pages send a file: what does is loaded then. */
  const load = () =>
    import("../direct-upload.ts").catch((error: unknown) => {
      throw networkError(error);
    });
  async function send<T>(path: string, field: "image" | "video" | "document", file: Blob, options: UploadOptions = {}): Promise<T> {
    return (await load()).upload(http, `${baseUrl}${path}`, field, file, options);
  }
  const upload = <T>(kind: "image" | "avatar" | "header" | "video" | "document", file: Blob, options?: UploadOptions): Promise<T> =>
    send(`/api/media/upload/${kind}`, kind === "video" || kind === "document" ? kind : "image", file, options);
  const direct = { offered: true };
  async function uploadVideo(file: Blob, options: UploadOptions = {}): Promise<UploadedVideo> {
    const sent = await (await load()).sendDirectly(http, direct, file, options);
    return sent ?? upload("video", file, options);
  }
  return {
    upload: (file, options) => (kindOf(file) === "video" ? uploadVideo(file, options) : upload(kindOf(file), file, options)),
    uploadImage: (file, options) => upload("image", file, options),
    uploadAvatar: (file, options) => upload("avatar", file, options),
    uploadHeader: (file, options) => upload("header", file, options),
    uploadVideo,
    uploadDocument: (file, options) => upload("document", file, options),
    async hashOf(picture, options) {
      const { hash } =
        typeof picture === "string"
          ? await unwrap(api.GET("/api/v1/media/{id}/picture-hash", { ...at(picture), ...options }))
          : await send<HashOfPicture>("/api/v1/media/picture-hash", "image", picture, options);
      return hash;
    },
    get: (id, options) => unwrap(api.GET("/api/media/{id}", { ...at(id), ...options })),
    async delete(id, options) {
      await unwrap(api.DELETE("/api/media/{id}", { ...at(id), ...options }));
    },
    listOf: (id, query = {}, options) => unwrap(api.GET("/api/v1/users/{id}/media", { params: { path: { id }, query }, ...options })),
  };
}
