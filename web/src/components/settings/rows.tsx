import type { User } from "@newfeed/client";
import { Avatar } from "../avatar.tsx";
import { Handle, Name } from "../name.tsx";
import { Time } from "../time.tsx";

/** Who a row of a list is about. */
export const UserOfRow = ({ user }: { user: User }) => (
  <>
    <Avatar of={user} size="s" />
    <span className="device__words">
      <b>
        <Name of={user} />
      </b>
      <Handle of={user} />
    </span>
  </>
);

/** When a way in was used last. */
export const LastUsed = ({ at }: { at: string | null }) =>
  at ? (
    <>
      last used <Time at={at} />
    </>
  ) : (
    "never used"
  );
