import type { Attachment } from "@newfeed/client";
import { useLayoutEffect, useRef } from "react";
import "./picture.css";
import { t } from "../texts/texts.ts";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

/** The average colour that a blurhash begins with (https://github.com/woltapp/blurhash, "Algorithm.md": DC value). */
function averageColour(blurhash: string | null): string | undefined {
  if (!blurhash || blurhash.length < 6) return undefined;
  let value = 0;
  for (const letter of blurhash.slice(2, 6)) value = value * 83 + digits.indexOf(letter);
  return value >= 0 && value <= 0xffffff ? `#${value.toString(16).padStart(6, "0")}` : undefined;
}

/** A box of the picture's shape and colour until the picture has loaded, so that nothing moves. */
function Picture({ of, alt, single }: { of: Attachment; alt: string; single: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const { width, height, blurhash, kind } = of;
  useLayoutEffect(() => {
    if (!box.current) return;
    const { style } = box.current;
    style.backgroundColor = averageColour(blurhash) ?? "";
    if (!single) return;
    const ratio = width && height ? width / height : 16 / 9;
    // Of pictures, tall ones are cut, and wide ones are not.
    if (kind === "video") style.setProperty("--ratio", String(ratio));
    else style.aspectRatio = String(Math.max(ratio, 0.8));
  }, [width, height, blurhash, single, kind]);
  return (
    <div ref={box} className="picture" data-single={single ? kind : undefined}>
      {kind === "video" ? (
        <video
          src={of.url}
          {...(of.thumbnailUrl && { poster: of.thumbnailUrl })}
          {...(width && height && { width, height })}
          controls
          // The poster and the size say enough before it is played.
          preload={of.thumbnailUrl ? "none" : "metadata"}
          playsInline
          aria-label={alt}
        />
      ) : (
        <img src={of.url} alt={alt} loading="lazy" decoding="async" {...(width && height && { width, height })} />
      )}
    </div>
  );
}

function labelOf(kind: Attachment["kind"], index: number, count: number, by: string): string {
  if (count > 1) return (kind === "video" ? t.post.videoOf : t.post.pictureOf)(index + 1, count, by);
  return (kind === "video" ? t.post.video : t.post.picture)(by);
}

/** One picture as it is; several as a grid of equal boxes. */
export function Pictures({ media, by }: { media: readonly Attachment[]; by: string }) {
  if (media.length === 0) return null;
  return (
    <div className="pictures" data-count={Math.min(media.length, 4)}>
      {media.map((item, index) => (
        <Picture key={item.id} of={item} single={media.length === 1} alt={labelOf(item.kind, index, media.length, by)} />
      ))}
    </div>
  );
}
