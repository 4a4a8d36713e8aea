import { setRole } from "@newfeed/auth-service/store.ts";
import { CommandFailed, runCommand, UsageError } from "./command.ts";

const usage = `usage: npm run admin -- grant <username>
       npm run admin -- revoke <username>

Grants or revokes the administrator role. It takes effect with the user's next access token: at the next sign-in or
refresh, within 15 minutes.`;

await runCommand({
  usage,
  read([action, username, ...rest]) {
    if ((action !== "grant" && action !== "revoke") || !username || rest.length > 0) throw new UsageError("expected `grant` or `revoke`, and one username");
    return async (installation, print) => {
      const { query } = await installation.openDatabase("auth-service");
      if (!(await setRole(query, username, "admin", action === "grant"))) throw new CommandFailed(`there is no user ${username}`);
      print(`${username} is ${action === "grant" ? "now" : "no longer"} an administrator`);
    };
  },
});
