import { setRole } from "@newfeed/auth-service/roles.ts";
import { Refused, runCommand, UsageError } from "./command.ts";

const usage = `usage: npm run admin -- grant <username>
       npm run admin -- revoke <username>

Whether somebody is an administrator. Their next access token says so: at the next sign-in or refresh, which is at most
15 minutes away.`;

await runCommand({
  usage,
  read([action, username, ...rest]) {
    if ((action !== "grant" && action !== "revoke") || !username || rest.length > 0) throw new UsageError("grant or revoke, and one username");
    return async (installation) => {
      const { query } = await installation.openDatabase("auth-service");
      if (!(await setRole(query, username, "admin", action === "grant"))) throw new Refused(`nobody is called ${username}`);
      console.log(`${username} is ${action === "grant" ? "an administrator" : "no administrator any more"}`);
    };
  },
});
