import type { Author } from "@newfeed/client";
import { Avatar } from "./avatar.tsx";
import { Handle, Name } from "./name.tsx";

/** Who wrote the post of a card. */
export const PostAuthor = ({ author }: { author: Author }) => (
  <>
    <Avatar of={author} />
    <span className="post-card__names">
      <b>
        <Name of={author} />
      </b>
      <Handle of={author} />
    </span>
  </>
);
