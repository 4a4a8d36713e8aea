import type { User } from "@newfeed/client";
import { avatarShape, headerShape } from "@newfeed/shared/contracts/profile-pictures.ts";
import { type RefObject, useId, useImperativeHandle, useRef, useState } from "react";
import { client } from "../data/client.ts";
import { t } from "../texts/texts.ts";
import { Avatar } from "./avatar.tsx";
import { cutOut, wholeCrop } from "./crop.ts";
import { later } from "./later.tsx";
import { ProfileHeader } from "./profile-header.tsx";
import "./picture-field.css";

const CropPicture = later(async () => (await import("./crop-picture.tsx")).CropPicture);

/** The types that media-service accepts as a picture. */
const accepted = "image/jpeg,image/png,image/gif,image/webp";

/** Uploads what was chosen: resolves with its address, null when the picture is to go, undefined when it stays as it is. */
export type UploadChosen = () => Promise<string | null | undefined>;

/** The pictures of a profile: their shape, their upload, and what the form says of them. */
const kinds = {
  avatar: {
    shape: avatarShape,
    upload: client.media.uploadAvatar,
    url: ({ avatarUrl }: User) => avatarUrl,
    texts: () => ({ label: t.editing.avatar, choose: t.editing.chooseAvatar, remove: t.editing.removeAvatar }),
  },
  header: {
    shape: headerShape,
    upload: client.media.uploadHeader,
    url: ({ headerUrl }: User) => headerUrl,
    texts: () => ({ label: t.editing.header, choose: t.editing.chooseHeader, remove: t.editing.removeHeader }),
  },
};

/** Chooses a picture of the user's own profile. */
export function PictureField({ user, of, upload }: { user: User; of: keyof typeof kinds; upload: RefObject<UploadChosen | null> }) {
  const { shape, url, ...kind } = kinds[of];
  const texts = kind.texts();
  const [picture, setPicture] = useState<ImageBitmap | null>(null);
  const [crop, setCrop] = useState(wholeCrop);
  const [removed, setRemoved] = useState(false);
  const [unreadable, setUnreadable] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const chosen = useRef(0);

  useImperativeHandle(upload, () => async () => {
    if (!picture) return removed ? null : undefined;
    const size = { width: shape.widths.large, height: Math.round(shape.widths.large / shape.ratio) };
    return (await kind.upload(await cutOut(picture, crop, size), { filename: of })).url;
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
    setUnreadable(false);
  }
  return (
    <fieldset className="picture-field" aria-labelledby={id}>
      <span id={id} className="visually-hidden">
        {texts.label}
      </span>
      {picture ? (
        <CropPicture picture={picture} crop={crop} ratio={shape.ratio} onChange={setCrop} />
      ) : (
        <Shown of={of} user={removed ? { ...user, id: "", avatarUrl: null, headerUrl: null } : user} />
      )}
      <div className="picture-field__actions">
        <input
          ref={input}
          type="file"
          className="visually-hidden"
          aria-label={texts.choose}
          tabIndex={-1}
          accept={accepted}
          onChange={(event) => {
            void choose(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        <button type="button" className="button button--quiet button--small" onClick={() => input.current?.click()}>
          {texts.choose}
        </button>
        {(picture || (url(user) && !removed)) && (
          <button type="button" className="button button--quiet button--small" onClick={remove}>
            {texts.remove}
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

const Shown = ({ of, user }: { of: keyof typeof kinds; user: User }) => (of === "avatar" ? <Avatar of={user} size="l" /> : <ProfileHeader user={user} />);
