import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The commands of docs/operations.md under a heading, a fenced block each. */
export function commandsUnder(heading: string): string[] {
  const [, section = ""] = readFileSync(join(root, "docs/operations.md"), "utf8").split(`\n## ${heading}\n`);
  const [text = ""] = section.split("\n## ");
  return [...text.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, code = ""]) => code);
}

/** An operator's folder: with the scripts of the repository, and programs of the test's that come first. */
export function operatorIn(folder: string) {
  const programs = join(folder, "bin");
  mkdirSync(programs);
  symlinkSync(join(root, "scripts"), join(folder, "scripts"));
  const program = (name: string, script: string) => {
    writeFileSync(join(programs, name), `#!/bin/sh\nset -eu\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  };
  // `npm run <command> -- <args>`, on the data folder of this folder.
  program("npm", `shift; command=$1; shift; [ $# = 0 ] || shift; exec ${process.execPath} "${root}scripts/operate/$command.ts" "$@"`);
  return {
    program,
    /** Runs commands as written; `path` holds folders of programs. Resolves with their output, rejects when they fail. */
    async run(commands: string, environment: Record<string, string> = {}, path: readonly string[] = []): Promise<string> {
      const child = spawn("bash", ["-euc", commands], {
        cwd: folder,
        stdio: ["ignore", "pipe", "pipe"],
        env: { PATH: [programs, ...path, process.env.PATH].join(":"), HOME: folder, NODE_ENV: "test", ...environment },
      });
      const code = new Promise<number>((resolve) => child.once("exit", (status) => resolve(status ?? -1)));
      const [printed, errors] = await Promise.all([child.stdout, child.stderr].map(async (stream) => (await stream.setEncoding("utf8").toArray()).join("")));
      if ((await code) !== 0) throw new Error(`${commands}\nfailed: ${printed}${errors}`);
      return `${printed}${errors}`;
    },
  };
}
