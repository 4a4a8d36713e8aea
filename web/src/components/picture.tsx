import type { Attachment } from "@newfeed/client";
import { EyeOff } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import type { DocumentsProps } from "./documents.tsx";
import { later } from "./later.tsx";
import type { LightboxProps } from "./lightbox.tsx";
import { FloatingFailed } from "./states.tsx";
import { useUnfolded } from "./unfolded.ts";
import "./picture.css";
import { t } from "../texts/texts.ts";

/** Loaded when the first picture is opened. */
const Lightbox = later<LightboxProps>(async () => (await import("./lightbox.tsx")).Lightbox, {
  failed: ({ onClose }, retry) => <FloatingFailed retry={retry} close={onClose} />,
});

/** Loaded with the first post that has one. */
const Documents = later<DocumentsProps>(async () => (await import("./documents.tsx")).Documents);

/** How much wider than high, at least. */
const tallest = 0.5;

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

/** The average colour that a blurhash begins with (https://github.com/woltapp/blurhash, "Algorithm.md": DC value). */
function averageColour(blurhash: string | null): string | undefined {
  if (!blurhash || blurhash.length < 6) return undefined;
  let value = 0;
  for (const letter of blurhash.slice(2, 6)) value = value * 83 + digits.indexOf(letter);
  return value >= 0 && value <= 0xffffff ? `#${value.toString(16).padStart(6, "0")}` : undefined;
}

interface PictureProps {
  of: Attachment;
  alt: string;
  single: boolean;
  covered: boolean;
  onOpen: () => void;
  /** Over it. */
  children: ReactNode;
}

/** A box of the picture's shape and colour until the picture has loaded, so that nothing moves. What is covered is not loaded. */
function Picture({ of, alt, single, covered, onOpen, children }: PictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const { width, height, blurhash, kind } = of;
  useLayoutEffect(() => {
    if (!box.current) return;
    const { style } = box.current;
    style.backgroundColor = averageColour(blurhash) ?? "";
    if (!single) return;
    const ratio = width && height ? width / height : 16 / 9;
    // A picture that is taller than this is cut here, and whole when it is opened.
    style.setProperty("--ratio", String(kind === "video" ? ratio : Math.max(ratio, tallest)));
  }, [width, height, blurhash, single, kind]);
  return (
    <div ref={box} className="picture" data-single={single ? kind : undefined}>
      {covered ? null : kind === "video" ? (
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
        <button type="button" className="picture__open" onClick={onOpen}>
          <img src={of.url} alt={alt} loading="lazy" decoding="async" {...(width && height && { width, height })} />
        </button>
      )}
      {children}
    </div>
  );
}

function labelOf(kind: Attachment["kind"], index: number, count: number, by: string): string {
  if (count > 1) return (kind === "video" ? t.post.videoOf : t.post.pictureOf)(index + 1, count, by);
  return (kind === "video" ? t.post.video : t.post.picture)(by);
}

interface PicturesProps {
  /** The id of the post whose media they are. */
  of: string;
  media: readonly Attachment[];
  by: string;
  /** Covered until the reader asks for them. */
  sensitive: boolean;
}

/** One picture as it is; several as a grid of equal boxes. Each opens over the whole window. */
export function Pictures({ of: postId, media, by, sensitive }: PicturesProps) {
  const [opened, setOpened] = useState<number | null>(null);
  const [isUncovered, uncover] = useUnfolded(`media:${postId}`);
  if (media.length === 0) return null;
  const covered = sensitive && !isUncovered;
  const seen = media.filter(({ kind }) => kind !== "document");
  const items = seen.map((of, index) => ({ of, alt: of.alt || labelOf(of.kind, index, seen.length, by) }));
  const pictures = items.filter(({ of }) => of.kind === "image");
  const over = covered ? (
    <button type="button" className="pictures__cover" onClick={() => uncover(true)}>
      <EyeOff size={24} aria-hidden />
      <b>{t.post.sensitive}</b>
      <span>{t.common.show}</span>
    </button>
  ) : sensitive ? (
    <button type="button" className="over-picture pictures__hide" onClick={() => uncover(false)}>
      <EyeOff size={16} aria-hidden />
      {t.common.hide}
    </button>
  ) : null;
  return (
    <>
      {items.length > 0 && (
        <div className="pictures" data-count={Math.min(items.length, 4)}>
          {items.map((item) => (
            <Picture key={item.of.id} {...item} single={items.length === 1} covered={covered} onOpen={() => setOpened(pictures.indexOf(item))}>
              {items.length === 1 && over}
            </Picture>
          ))}
          {items.length > 1 && over}
          {opened !== null && !covered && <Lightbox pictures={pictures} first={opened} onClose={() => setOpened(null)} />}
        </div>
      )}
      {items.length < media.length && <Documents media={media} covered={covered} uncover={items.length > 0 ? undefined : uncover} />}
    </>
  );
}
