import { foldText, lengths } from "@newfeed/shared/contracts/text.ts";
import { useId } from "react";
import { t } from "../texts/texts.ts";
import { FormDialog } from "./dialogs.tsx";
import { setAlt, type Upload } from "./uploads.ts";
import "./alt-text.css";

export interface DescribeProps {
  upload: Upload;
  onClose: () => void;
}

/** Asks what an attached picture or video shows, for those who do not see it. */
export function DescribePicture({ upload: { key, kind, preview, alt = "", name }, onClose }: DescribeProps) {
  const id = useId();
  return (
    <FormDialog
      title={t.altText.describe(name)}
      text={t.altText.why}
      action={t.common.save}
      onClose={onClose}
      onSubmit={async (form) => setAlt(key, foldText(String(form.get("alt"))))}
    >
      {kind === "video" ? <video className="alt-text__picture" src={preview} muted aria-hidden /> : <img className="alt-text__picture" src={preview} alt="" />}
      <div className="field">
        <label htmlFor={id}>{t.altText.label}</label>
        <textarea id={id} name="alt" rows={4} dir="auto" maxLength={lengths.altText} defaultValue={alt} />
      </div>
    </FormDialog>
  );
}
