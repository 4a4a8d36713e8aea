import { chmodSync, mkdirSync, statSync } from "node:fs";

/** Read, write and pass through, for users who neither own the folder nor are of its group. */
const others = 0o007;

/** Makes a folder that other users of the machine cannot enter. Takes an existing one from them, with all that is in it. */
export function makePrivateFolder(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { mode } = statSync(directory);
  if ((mode & others) === 0 || process.platform === "win32") return;
  try {
    chmodSync(directory, mode & 0o777 & ~others);
  } catch (error) {
    // It belongs to another user, who decides; a volume may be mounted so.
    if (!(error instanceof Error) || !("code" in error) || error.code !== "EPERM") throw error;
  }
}
