import type { Account } from "@newfeed/client";
import { foldText, isBlank, lengths } from "@newfeed/shared/contracts/text.ts";
import { Globe2, ImagePlus, Users, X } from "lucide-react";
import { type ClipboardEvent, type DragEvent, type FormEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import { writePost } from "../data/posts.ts";
import { describeProblem } from "../data/problems.ts";
import { Avatar } from "./avatar.tsx";
import { grow } from "./grow.ts";
import { accepted, type Upload, useUploads } from "./uploads.ts";
import "./composer.css";

/** The form for a post: text, and files that are chosen, pasted or dropped. A refused post returns to it. */
export function Composer({ me }: { me: Account }) {
  const [text, setText] = useState("");
  const [followersOnly, setFollowersOnly] = useState(false);
  const [problem, setProblem] = useState("");
  const [dragging, setDragging] = useState(false);
  const { uploads, add, remove, replace } = useUploads();
  const files = useRef<HTMLInputElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const fieldId = useId();

  const ready = uploads.filter(({ media }) => media);
  const underway = uploads.some(({ media, problem: failed }) => !media && !failed);
  const isEmpty = isBlank(text) && ready.length === 0;

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    if (isEmpty || underway) return;
    const [content, attached] = [foldText(text), uploads];
    const media = ready.flatMap((upload) => upload.media ?? []);
    const kinds = new Set(media.map(({ kind }) => kind));
    const postType = kinds.has("video") ? "VIDEO" : kinds.has("image") ? "IMAGE" : "TEXT";
    setText("");
    setProblem("");
    replace([]);
    if (area.current) grow(area.current);
    try {
      const author = { id: me.id, username: me.username, fullName: me.fullName, avatarUrl: null };
      const mediaIds = media.map(({ id }) => id);
      await writePost(author, {
        body: { content, postType, mediaIds, mediaUrls: [], visibility: followersOnly ? "followers" : "public", status: "published" },
        media,
      });
    } catch (error) {
      setProblem(describeProblem(error));
      // Unless the user has started a new one meanwhile.
      setText((now) => now || content);
      replace(attached);
    }
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
    const taken = add(list);
    setProblem(taken < list.length ? "Only pictures (JPG, PNG, GIF, WebP) and videos (MP4, WebM, MOV), at most ten." : "");
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) void submit();
  };

  return (
    <form
      className="card composer"
      aria-label="Write a post"
      data-dragging={dragging || undefined}
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
        <label htmlFor={fieldId} className="visually-hidden">
          What's new?
        </label>
        <textarea
          ref={area}
          id={fieldId}
          rows={1}
          placeholder="What's new?"
          maxLength={lengths.post}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            grow(event.target);
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        {uploads.length > 0 && (
          <ul className="composer__files" aria-label="Attached files">
            {uploads.map((upload) => (
              <Attached key={upload.key} upload={upload} remove={() => remove(upload.key)} />
            ))}
          </ul>
        )}
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <div className="composer__foot">
          <input
            ref={files}
            type="file"
            className="visually-hidden"
            aria-label="Add pictures or videos"
            tabIndex={-1}
            accept={accepted}
            multiple
            onChange={(event) => {
              take(event.target.files);
              event.target.value = "";
            }}
          />
          <button type="button" className="icon-button" aria-label="Add pictures or videos" onClick={() => files.current?.click()}>
            <ImagePlus size={21} aria-hidden />
          </button>
          <button
            type="button"
            className="composer__audience"
            aria-pressed={followersOnly}
            title="Who can see this post"
            onClick={() => setFollowersOnly(!followersOnly)}
          >
            {followersOnly ? <Users size={16} aria-hidden /> : <Globe2 size={16} aria-hidden />}
            {followersOnly ? "Followers" : "Everyone"}
          </button>
          {text.length > lengths.post - 500 && <span className="composer__count">{lengths.post - text.length}</span>}
          <button type="submit" className="button button--small composer__send" disabled={isEmpty || underway}>
            {underway ? "Uploading …" : "Post"}
          </button>
        </div>
      </div>
      {dragging && <div className="composer__drop">Drop pictures or videos here</div>}
    </form>
  );
}

function Attached({ upload: { name, kind, preview, progress, problem, media }, remove }: { upload: Upload; remove: () => void }) {
  return (
    <li className="attached" data-failed={problem ? true : undefined}>
      {kind === "video" ? <video src={preview} muted aria-label={name} /> : <img src={preview} alt={name} />}
      {!media && !problem && (
        <progress className="attached__progress" max={1} value={progress} aria-label={`Uploading ${name}`}>
          {Math.round(progress * 100)} %
        </progress>
      )}
      {problem && (
        <p className="attached__problem" role="alert">
          {problem}
        </p>
      )}
      <button type="button" className="attached__remove" aria-label={`Remove ${name}`} onClick={remove}>
        <X size={16} aria-hidden />
      </button>
    </li>
  );
}
