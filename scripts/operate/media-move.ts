import { join } from "node:path";
import { moveMedia } from "@newfeed/media-service/move.ts";
import { createS3Store } from "@newfeed/shared/cluster/s3.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { CommandFailed, runCommand, UsageError } from "./command.ts";

const usage = `usage: npm run media-move -- --to s3

Moves uploads from the data folder into the bucket that S3_ENDPOINT, S3_BUCKET and the other variables name. The feed may run, with the
same variables: it finds a file wherever it is. A move that was interrupted goes on where it stopped.`;

await runCommand({
  usage,
  values: ["to"],
  read(rest, { to }) {
    if (rest.length > 0) throw new UsageError(`unexpected argument: ${rest[0]}`);
    if (to !== "s3") throw new UsageError("say where to: --to s3");
    return async ({ dataDirectory }, print) => {
      const { s3 } = readConfig(process.env);
      if (!s3) throw new CommandFailed("no bucket is named: set S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY");
      const folder = join(dataDirectory, "media");
      try {
        await moveMedia(folder, createS3Store(s3, folder), print);
      } catch (error) {
        throw error instanceof Problem ? new CommandFailed(error.message) : error;
      }
    };
  },
});
