import { isMediaPath, type MediaKind, type MediaStoreName } from "./media-store.ts";

/** A file as rows know it: where it is, not under which address. */
export interface StoredFile {
  store: MediaStoreName;
  kind: MediaKind;
  path: string;
}

/** Under which addresses clients reach what the stores keep, without a slash at the end. */
export interface MediaBases {
  local: string;
  /** Null: Cloudinary's own address of the cloud that the store's name says. */
  cloudinary: string | null;
}

const cloudinaryDelivery = "https://res.cloudinary.com";

/** Cloudinary's address of a cloud; what is a URL already stays one (rows from before stores had names). */
export const cloudinaryBaseOf = (cloud: string) => (cloud.includes("://") ? cloud : `${cloudinaryDelivery}/${cloud}`);

/** From where clients load media: the origins of both stores that are in use, and of the bucket that they are sent to. */
export const mediaOriginsOf = ({ local, cloudinary }: MediaBases, bucket: string | null = null): string[] => [
  ...new Set([local, cloudinary, bucket].filter((base) => base !== null).map((base) => new URL(base).origin)),
];

/** Makes URLs when they are read, so that another host or bucket is a setting, not a change of rows. */
export interface MediaUrls {
  of(file: StoredFile): string;
  /** The path of the file that a URL names; null when it is not an address of a store. */
  pathOf(url: string): string | null;
}

export function createMediaUrls(bases: MediaBases): MediaUrls {
  const isCloudinary = (base: string) => base === bases.cloudinary || base.startsWith(`${cloudinaryDelivery}/`);
  function candidateOf(url: string): string | undefined {
    if (url.startsWith(`${bases.local}/`)) return url.slice(bases.local.length + 1);
    const [, base = "", path] = /^(.+?)\/(?:image|video|raw)\/upload\/(?:fl_attachment\/)?(?:v\d+\/)?(.+)$/.exec(url) ?? [];
    return isCloudinary(base) ? path : undefined;
  }
  return {
    of({ store, kind, path }) {
      if (store === "local") return `${bases.local}/${path}`;
      // A version must stand before a path with folders; any does (Cloudinary, "Transformation URL structure").
      const base = bases.cloudinary ?? cloudinaryBaseOf(store.slice("cloudinary:".length));
      // A document is a download there, too (Cloudinary, "Transformation URL reference": fl_attachment).
      return kind === "document" ? `${base}/raw/upload/fl_attachment/v1/${path}` : `${base}/${kind}/upload/v1/${path}`;
    },
    pathOf(url) {
      const path = candidateOf(url);
      return path !== undefined && isMediaPath(path) ? path : null;
    },
  };
}
