import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { InfraFailed } from "../infra.ts";
import { openReceiver } from "./receiver.ts";
import { accountOf, defaultPrefix, moderatorName } from "./shared/account.ts";

/** What a script needs of the cluster that is started for it. */
interface Preparation {
  /** Of its processes. */
  settings?: Readonly<Record<string, string>>;
  /** Makes it ready, once it runs. Resolves with variables for the script. */
  prepare(cluster: { url: string; directory: string }): Promise<Prepared>;
}

export interface Prepared {
  variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const admin = fileURLToPath(new URL("../operate/admin.ts", import.meta.url));

/** Signs the scripts' moderator up, and grants the role as an operator would. Throws `InfraFailed`. */
async function makeModerator({ url, directory }: { url: string; directory: string }): Promise<Prepared> {
  const account = accountOf(moderatorName(process.env.USER_PREFIX || defaultPrefix));
  const body = JSON.stringify(account);
  const { status } = await fetch(`${url}/api/auth/signup`, { method: "POST", headers: { "content-type": "application/json" }, body });
  if (status !== 201) throw new InfraFailed(`signing ${account.username} up failed with ${status}`);
  const command = [admin, "grant", account.username, "moderator", "--data", directory, "--cluster"];
  const granted = spawnSync(process.execPath, command, { encoding: "utf8" });
  if (granted.status !== 0) throw new InfraFailed(granted.stderr);
  return { variables: {}, close: async () => {} };
}

/** By the script's name; most need nothing. */
export const preparations: Readonly<Record<string, Preparation>> = {
  moderation: { prepare: makeModerator },
  delivery: {
    // The receiver is on loopback.
    settings: { NODE_ENV: "test", WEBHOOK_ALLOW_PRIVATE: "true" },
    async prepare() {
      const receiver = await openReceiver();
      return { variables: { RECEIVER_URL: receiver.url }, close: receiver.close };
    },
  },
};
