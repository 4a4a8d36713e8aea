import type { User } from "@newfeed/client";
import { headerAt, headerShape } from "@newfeed/shared/contracts/profile-pictures.ts";
import { useState } from "react";
import { isUploaded, sourcesOf } from "./picture-sizes.ts";
import "./profile-header.css";

/** The picture over a profile; nothing where there is none, or where it does not load. */
export function ProfileHeader({ user: { headerUrl } }: { user: Pick<User, "headerUrl"> }) {
  const [failed, setFailed] = useState<string>();
  if (!headerUrl || headerUrl === failed || !isUploaded(headerUrl)) return null;
  return (
    <img
      key={headerUrl}
      className="profile-header"
      src={headerUrl}
      srcSet={sourcesOf(headerUrl, headerShape, headerAt)}
      sizes="(min-width: 45em) 600px, 100vw"
      width={headerShape.widths.large}
      height={Math.round(headerShape.widths.large / headerShape.ratio)}
      alt=""
      decoding="async"
      draggable={false}
      onError={() => setFailed(headerUrl)}
    />
  );
}
