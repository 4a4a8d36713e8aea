import type { User } from "@newfeed/client";
import { t } from "../../texts/account.ts";
import { Avatar } from "../avatar.tsx";
import { Message } from "../message.tsx";
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
export const LastUsed = ({ at }: { at: string | null }) => (at ? <Message text={t.settings.lastUsed}>{() => <Time at={at} />}</Message> : t.settings.neverUsed);
