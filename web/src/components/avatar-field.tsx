import type { User } from "@newfeed/client";
import { avatarPixels } from "@newfeed/shared/contracts/avatars.ts";
import { type RefObject, useId, useImperativeHandle, useRef, useState } from "react";
import { client } from "../data/client.ts";
import { t } from "../texts/texts.ts";
import { Avatar } from "./avatar.tsx";
import { cutOut, wholeCrop } from "./crop.ts";
import { later } from "./later.tsx";
import "./avatar-field.css";

const CropPicture = later(async () => (await import("./crop-picture.tsx")).CropPicture);

/** The types that media-service accepts as a picture. */
const accepted = "image/jpeg,image/png,image/gif,image/webp";

/** Uploads what was chosen: resolves with its address, null when the picture is to go, undefined when it stays as it is. */
export type UploadChosen = () => Promise<string | null | undefined>;

/** Chooses the picture of the user's own profile. */
export function AvatarField({ user, upload }: { user: User; upload: RefObject<UploadChosen | null> }) {
  const [picture, setPicture] = useState<ImageBitmap | null>(null);
  const [crop, setCrop] = useState(wholeCrop);
  const [removed, setRemoved] = useState(false);
  const [unreadable, setUnreadable] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const chosen = useRef(0);

  useImperativeHandle(upload, () => async () => {
    if (!picture) return removed ? null : undefined;
    return (await client.media.uploadAvatar(await cutOut(picture, crop, avatarPixels.large), { filename: "avatar" })).url;
  });

  async function choose(file: File | undefined): Promise<void> {
    if (!file) return;
    const choice = ++chosen.current;
    const opened = await createImageBitmap(file).catch(() => null);
    // Another was chosen meanwhile.
    if (choice !== chosen.current) return opened?.close();
    setUnreadable(opened === null);
    if (!opened) return;
    setPicture(opened);
    setCrop(wholeCrop);
    setRemoved(false);
  }
  function remove(): void {
    chosen.current++;
    setPicture(null);
    setRemoved(true);
  }
  return (
    <fieldset className="avatar-field" aria-labelledby={id}>
      <span id={id} className="visually-hidden">
        {t.editing.picture}
      </span>
      {picture ? (
        <CropPicture picture={picture} crop={crop} onChange={setCrop} />
      ) : (
        <Avatar of={removed ? { ...user, id: "", avatarUrl: null } : user} size="l" />
      )}
      <div className="avatar-field__actions">
        <input
          ref={input}
          type="file"
          className="visually-hidden"
          aria-label={t.editing.choosePicture}
          tabIndex={-1}
          accept={accepted}
          onChange={(event) => {
            void choose(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        <button type="button" className="button button--quiet button--small" onClick={() => input.current?.click()}>
          {t.editing.choosePicture}
        </button>
        {(picture || (user.avatarUrl && !removed)) && (
          <button type="button" className="button button--quiet button--small" onClick={remove}>
            {t.editing.removePicture}
          </button>
        )}
      </div>
      {unreadable && (
        <p className="problem" role="alert">
          {t.editing.unreadable}
        </p>
      )}
    </fieldset>
  );
}
