import type { Account, Post } from "@newfeed/client";
import { foldLine, foldText, isBlank, lengths } from "@newfeed/shared/contracts/text.ts";
import { EyeOff, Globe2, ImagePlus, TriangleAlert, Users, X } from "lucide-react";
import {
  type ClipboardEvent,
  type DragEvent,
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { type DraftKey, excess, keepDraft, sendDraft, useDraft } from "../data/drafts.ts";
import { isWhole, newPoll } from "../data/polls.ts";
import { type PostDraft, writePost } from "../data/posts.ts";
import { Avatar } from "./avatar.tsx";
import { CategoryChoice } from "./category.tsx";
import type { MoreProps } from "./composer-more.tsx";
import { Count } from "./count.tsx";
import type { DescribeProps } from "./describe-picture.tsx";
import { EmojiButton } from "./emoji-button.tsx";
import { grow } from "./grow.ts";
import { later } from "./later.tsx";
import { Menu } from "./menu.tsx";
import { FloatingFailed } from "./states.tsx";
import { accepted, addUploads, forgetUploads, removeUpload, returnUploads, takeUploads, type Upload, useUploads } from "./uploads.ts";
import "./composer.css";
import { t } from "../texts/texts.ts";

/** Loaded when the first picture is described. */
const DescribePicture = later<DescribeProps>(async () => (await import("./describe-picture.tsx")).DescribePicture, {
  failed: ({ onClose }, retry) => <FloatingFailed retry={retry} close={onClose} />,
});

/** Loaded when the form is first used. */
const ComposerMore = later<MoreProps>(async () => (await import("./composer-more.tsx")).ComposerMore, {
  waiting: <span className="icon-button" />,
  failed: () => null,
});

export interface ComposerProps {
  me: Account;
  /** What the post quotes: then what is written has a place of its own. */
  quoted?: Post;
  /** The post is on its way. */
  onSent?: () => void;
  /** The server has it, or refused it. `isLater`: it is published later. */
  onDone?: (isSent: boolean, isLater: boolean) => void;
}

/** The form for a post: text, and files that are chosen, pasted or dropped. A refused post returns to it. */
export function Composer({ me, quoted, onSent, onDone }: ComposerProps) {
  const key: DraftKey = quoted ? `${me.id}/quote:${quoted.id}` : `${me.id}/post`;
  const owner = quoted ? key : me.id;
  const {
    text = "",
    followersOnly = false,
    title = null,
    sensitive = false,
    contentWarning = null,
    category = null,
    quotable = true,
    location = null,
    publishAt = null,
    poll = null,
    problem: refused = "",
  } = useDraft(key) ?? {};
  const [noted, setNoted] = useState("");
  const [dragging, setDragging] = useState(false);
  /** One line until it is used. It stays open then, so that no button goes while it is pressed. */
  const [isOpen, setOpen] = useState(onSent !== undefined);
  const uploads = useUploads(owner);
  const isUsed = isOpen || text !== "" || uploads.length > 0 || poll !== null;
  const files = useRef<HTMLInputElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const fieldId = useId();

  const [describing, setDescribing] = useState<string | null>(null);
  const described = uploads.find((upload) => upload.key === describing);
  const ready = uploads.filter(({ media }) => media);
  /** Where an attachment was removed: the focus goes to the one that takes its place, or to the text. */
  const removedAt = useRef<number>(null);
  const list = useRef<HTMLUListElement>(null);
  const warning = useRef<HTMLInputElement>(null);
  const isWarned = contentWarning !== null;
  const warns = useRef(false);
  useEffect(() => {
    // The field that the button has opened.
    if (isWarned && warns.current) warning.current?.focus();
    warns.current = false;
  }, [isWarned]);
  function toggleWarning() {
    warns.current = true;
    keepDraft(key, { contentWarning: isWarned ? null : "" });
  }
  // As it is drawn: an effect of an earlier drawing may come only after the removal, and would find all of them still there.
  useLayoutEffect(() => {
    if (removedAt.current === null) return;
    const left = list.current?.querySelectorAll<HTMLElement>(".attached__remove");
    (left?.[Math.min(removedAt.current, left.length - 1)] ?? area.current)?.focus();
    removedAt.current = null;
  });
  function remove(key: string, index: number) {
    removedAt.current = index;
    removeUpload(key);
  }

  const underway = uploads.some(({ media, problem: broken }) => !media && !broken);
  const over = excess(text, lengths.post);
  const failed = uploads.find((upload) => upload.problem);
  /** Why it cannot be sent yet. */
  const obstacle = underway
    ? t.composer.stillUploading
    : failed
      ? t.composer.notUploaded(failed.name)
      : over > 0
        ? t.composer.tooLong(over)
        : isBlank(text) && ready.length === 0
          ? t.composer.nothing
          : poll && !isWhole(poll)
            ? t.composer.pollIncomplete
            : "";
  const problem = noted || refused;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what changes the height
  useLayoutEffect(() => {
    if (area.current) grow(area.current);
  }, [text]);

  async function submit(event?: FormEvent) {
    // Of a dialog that the form has opened.
    if (event && event.target !== event.currentTarget) return;
    event?.preventDefault();
    setNoted(obstacle);
    if (obstacle) return;
    const [content, attached] = [foldText(text), uploads];
    const media = ready.flatMap((upload) => upload.media ?? []);
    const kinds = new Set(media.map(({ kind }) => kind));
    const postType = kinds.has("video") ? "VIDEO" : kinds.has("image") ? "IMAGE" : "TEXT";
    const author = { id: me.id, username: me.username, fullName: me.fullName, avatarUrl: null };
    const mediaIds = media.map(({ id }) => id);
    const altTexts = ready.flatMap(({ media, alt }) => (media && alt ? [{ mediaId: media.id, alt }] : []));
    const traits = {
      ...(foldLine(title ?? "") && { title: foldLine(title ?? "") }),
      sensitive: sensitive && media.length > 0,
      contentWarning: foldLine(contentWarning ?? "") || null,
      category,
      quotable: quotable || followersOnly,
      location: foldLine(location ?? "") || null,
      ...(publishAt !== null && { publishAt }),
      ...(poll && { poll: newPoll(poll) }),
      ...(quoted && { quotedPostId: quoted.id }),
    };
    const visibility = followersOnly ? "followers" : "public";
    takeUploads(attached);
    const draft: PostDraft = {
      body: { content, postType, mediaIds, mediaUrls: [], altTexts, ...traits, visibility, status: publishAt ? "scheduled" : "published" },
      media: media.map((one) => ({ ...one, alt: altTexts.find(({ mediaId }) => mediaId === one.id)?.alt ?? null })),
      ...(quoted && { quoted }),
    };
    const sending = sendDraft(
      key,
      content,
      async (id, draftId) => {
        const body = { ...draft.body, ...(draftId && { draftId }) };
        return publishAt ? (await import("../data/scheduled.ts")).schedulePost(body, id) : writePost(author, { ...draft, body }, id);
      },
      JSON.stringify([visibility, mediaIds, altTexts, traits]),
    );
    onSent?.();
    const isSent = await sending;
    onDone?.(isSent, publishAt !== null);
    (isSent ? forgetUploads : returnUploads)(attached);
  }

  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setDragging(false);
    take(event.dataTransfer.files);
  };
  const onPaste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    take(event.clipboardData.files);
  };
  function take(list: FileList | null) {
    if (!list || list.length === 0) return;
    const taken = addUploads(owner, list);
    setNoted(taken < list.length ? t.composer.refusedFiles : "");
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && !event.nativeEvent.isComposing && event.keyCode !== 229) void submit();
  };

  return (
    <>
      <form
        className="card composer"
        aria-label={t.composer.label}
        data-dragging={dragging || undefined}
        onFocus={() => setOpen(true)}
        onSubmit={submit}
        onDragOver={(event) => {
          event.preventDefault();
          setDragging(true);
        }}
        onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setDragging(false)}
        onDrop={onDrop}
      >
        <Avatar of={me} />
        <div className="composer__body">
          {isWarned && (
            <input
              className="composer__warning"
              aria-label={t.post.contentWarning}
              placeholder={t.composer.warningPlaceholder}
              maxLength={lengths.contentWarning}
              dir="auto"
              ref={warning}
              value={contentWarning}
              onChange={(event) => keepDraft(key, { contentWarning: event.target.value })}
            />
          )}
          <label htmlFor={fieldId} className="visually-hidden">
            {t.composer.placeholder}
          </label>
          <textarea
            ref={area}
            id={fieldId}
            rows={1}
            dir="auto"
            placeholder={t.composer.placeholder}
            value={text}
            onChange={(event) => {
              setNoted("");
              keepDraft(key, { text: event.target.value });
            }}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
          />
          {uploads.length > 0 && (
            <ul ref={list} className="composer__files" aria-label={t.composer.files}>
              {uploads.map((upload, index) => (
                <Attached key={upload.key} upload={upload} remove={() => remove(upload.key, index)} describe={() => setDescribing(upload.key)} />
              ))}
            </ul>
          )}
          {ready.some(({ alt, kind }) => !alt && kind !== "document") && <p className="composer__hint">{t.altText.ask}</p>}
          {problem && (
            <p className="problem" role="alert">
              {problem}
            </p>
          )}
          <div className="composer__foot" hidden={!isUsed}>
            <input
              ref={files}
              type="file"
              className="visually-hidden"
              aria-label={t.composer.add}
              tabIndex={-1}
              accept={accepted}
              multiple
              onChange={(event) => {
                take(event.target.files);
                event.target.value = "";
              }}
            />
            <button type="button" className="icon-button" aria-label={t.composer.add} onClick={() => files.current?.click()}>
              <ImagePlus size={21} aria-hidden />
            </button>
            {isUsed && <EmojiButton field={area} />}
            <IconToggle label={t.composer.addWarning} on={isWarned} icon={<TriangleAlert size={20} aria-hidden />} toggle={toggleWarning} />
            {uploads.length > 0 && (
              <IconToggle
                label={t.post.sensitive}
                on={sensitive}
                icon={<EyeOff size={20} aria-hidden />}
                toggle={() => keepDraft(key, { sensitive: !sensitive })}
              />
            )}
            <Menu
              label={t.composer.audience(followersOnly ? t.composer.followers : t.composer.everyone)}
              className="composer__audience"
              actions={[
                { label: t.composer.forEveryone, icon: <Globe2 size={18} aria-hidden />, act: () => keepDraft(key, { followersOnly: false }) },
                { label: t.composer.forFollowers, icon: <Users size={18} aria-hidden />, act: () => keepDraft(key, { followersOnly: true }) },
              ]}
            >
              {followersOnly ? <Users size={16} aria-hidden /> : <Globe2 size={16} aria-hidden />}
              {followersOnly ? t.composer.followers : t.composer.everyone}
            </Menu>
            {isUsed && (
              <ComposerMore
                place={key}
                draft={{ text, title, followersOnly, quotable, location, publishAt, poll }}
                keep={(patch) => {
                  setNoted("");
                  keepDraft(key, patch);
                }}
              />
            )}
            {isOpen && <CategoryChoice inComposer value={category} choose={(category) => keepDraft(key, { category })} />}
            <Count text={text} limit={lengths.post} />
            <button type="submit" className="button button--small composer__send" aria-disabled={obstacle !== ""} title={obstacle || undefined}>
              {underway ? t.composer.uploading : publishAt ? t.composer.schedule : t.composer.post}
            </button>
          </div>
        </div>
        {dragging && <div className="composer__drop">{t.composer.drop}</div>}
      </form>
      {/* A form of its own: what is sent in it must not send this one. */}
      {described && <DescribePicture upload={described} onClose={() => setDescribing(null)} />}
    </>
  );
}

const IconToggle = ({ label, on, icon, toggle }: { label: string; on: boolean; icon: ReactNode; toggle: () => void }) => (
  <button type="button" className="icon-button" aria-label={label} title={label} aria-pressed={on} onClick={toggle}>
    {icon}
  </button>
);

function Attached({ upload, remove, describe }: { upload: Upload; remove: () => void; describe: () => void }) {
  const { name, kind, preview, progress, problem, media, alt } = upload;
  return (
    <li className="attached" data-failed={problem ? true : undefined}>
      {kind === "document" ? (
        <span className="attached__document">
          <b>PDF</b>
          <span dir="auto">{name}</span>
        </span>
      ) : kind === "video" ? (
        <video src={preview} muted aria-label={alt ?? name} />
      ) : (
        <img src={preview} alt={alt ?? name} />
      )}
      {!media && !problem && (
        <progress className="attached__progress" max={1} value={progress} aria-label={t.composer.uploadingFile(name)}>
          {Math.round(progress * 100)} %
        </progress>
      )}
      {problem && (
        <p className="attached__problem" role="alert">
          {problem}
        </p>
      )}
      {media && kind !== "document" && (
        <button
          type="button"
          className="over-picture attached__alt"
          data-described={alt ? true : undefined}
          aria-label={t.altText.describe(name)}
          onClick={describe}
        >
          {alt ? t.altText.short : `+ ${t.altText.short}`}
        </button>
      )}
      <button type="button" className="attached__remove" aria-label={t.composer.remove(name)} onClick={remove}>
        <X size={16} aria-hidden />
      </button>
    </li>
  );
}
