import { verifyAddress } from "@newfeed/auth-service/mails/store.ts";
import { letIn } from "@newfeed/auth-service/registration/applicants.ts";
import { makeInvite } from "@newfeed/auth-service/registration/invites.ts";
import { dropSecondFactor } from "@newfeed/auth-service/second-factor/second-factor.ts";
import { createStore, type Store, setRole } from "@newfeed/auth-service/store.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import { CommandFailed, runCommand, UsageError } from "./command.ts";

const usage = `usage: npm run admin -- grant <username> [moderator | auditor]
       npm run admin -- revoke <username> [moderator | auditor]
       npm run admin -- verify <username>
       npm run admin -- approve <username>
       npm run admin -- remove-second-factor <username>
       npm run admin -- invite [<accounts>]

approve lets in an account that waits for approval. invite prints the code of an invitation for one account, or so many, that is valid
for a week. remove-second-factor is for users who have lost app and recovery codes. verify says that the account's e-mail address is its owner's. grant and revoke: grants or revokes the administrator role, or that of a moderator or auditor. It takes effect with the user's next access token: at the next sign-in or
refresh, within 15 minutes.`;

/** What a use-case refuses, as the command's failure. */
const refused = (error: unknown): never => {
  throw error instanceof Problem ? new CommandFailed(error.publicMessage) : error;
};

async function withStore<T>(database: Database, work: (store: Store) => Promise<T>): Promise<T> {
  const store = createStore(database, () => {});
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const roles = { administrator: "admin", moderator: "moderator", auditor: "auditor" } as const;
const roleNames = { admin: "an administrator", moderator: "a moderator", auditor: "an auditor" } as const;
const roleOf = (name: string) => Object.entries(roles).find(([key]) => key === name)?.[1];

await runCommand({
  usage,
  read([action, username, ...rest]) {
    if (action === "invite") {
      const maxUses = Number(username ?? 1);
      if (!Number.isInteger(maxUses) || maxUses < 1 || maxUses > 1_000 || rest.length > 0) throw new UsageError("expected a number of accounts, 1 to 1000");
      return async (installation, print) => {
        const database = await installation.openDatabase("auth-service");
        const { code } = await withStore(database, (store) => makeInvite(store, null, { maxUses, expiresInDays: 7, note: "npm run admin" })).catch(refused);
        print(`${code} is the code of an invitation for ${maxUses === 1 ? "one account" : `${maxUses} accounts`}, valid for a week`);
      };
    }
    if (action === "remove-second-factor" && username && rest.length === 0)
      return async (installation, print) => {
        const database = await installation.openDatabase("auth-service");
        const removed = await withStore(database, (store) => dropSecondFactor(store, username));
        if (!removed) throw new CommandFailed(`there is no user ${username} with a second factor`);
        print(`${username} signs in without a second factor`);
      };
    if (action === "grant" || action === "revoke") {
      const [name = "administrator", ...more] = rest;
      const role = roleOf(name);
      if (!username || !role || more.length > 0)
        throw new UsageError("expected one username, and `moderator` or `auditor` where it is not the administrator role");
      return async (installation, print) => {
        const { query } = await installation.openDatabase("auth-service");
        if (!(await setRole(query, username, role, action === "grant"))) throw new CommandFailed(`there is no user ${username}`);
        print(`${username} is ${action === "grant" ? "now" : "no longer"} ${roleNames[role]}`);
      };
    }
    if ((action !== "verify" && action !== "approve") || !username || rest.length > 0)
      throw new UsageError("expected `grant`, `revoke`, `verify`, `approve` or `remove-second-factor`, and one username");
    return async (installation, print) => {
      const database = await installation.openDatabase("auth-service");
      if (action === "verify") {
        const address = await verifyAddress(database, username).catch(refused);
        if (!address) throw new CommandFailed(`there is no user ${username} with an e-mail address`);
        return print(`${address} is verified as the address of ${username}`);
      }
      const approved = await withStore(database, async (store) => {
        const id = await store.applicantByName(username);
        if (id) await store.transaction((operations) => letIn(operations, id));
        return id !== null;
      }).catch(refused);
      if (!approved) throw new CommandFailed(`there is no user ${username} who waits for approval`);
      print(`${username} is approved`);
    };
  },
});
