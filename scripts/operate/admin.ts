import { verifyAddress } from "@newfeed/auth-service/mails/store.ts";
import { setRole } from "@newfeed/auth-service/store.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { CommandFailed, runCommand, UsageError } from "./command.ts";

const usage = `usage: npm run admin -- grant <username>
       npm run admin -- revoke <username>
       npm run admin -- verify <username>

verify says that the account's e-mail address is its owner's. grant and revoke: grants or revokes the administrator role. It takes effect with the user's next access token: at the next sign-in or
refresh, within 15 minutes.`;

await runCommand({
  usage,
  read([action, username, ...rest]) {
    if ((action !== "grant" && action !== "revoke" && action !== "verify") || !username || rest.length > 0)
      throw new UsageError("expected `grant`, `revoke` or `verify`, and one username");
    return async (installation, print) => {
      const database = await installation.openDatabase("auth-service");
      if (action === "verify") {
        const address = await verifyAddress(database, username).catch((error: unknown) => {
          throw error instanceof Problem ? new CommandFailed(error.publicMessage) : error;
        });
        if (!address) throw new CommandFailed(`there is no user ${username} with an e-mail address`);
        return print(`${address} is verified as the address of ${username}`);
      }
      const { query } = database;
      if (!(await setRole(query, username, "admin", action === "grant"))) throw new CommandFailed(`there is no user ${username}`);
      print(`${username} is ${action === "grant" ? "now" : "no longer"} an administrator`);
    };
  },
});
