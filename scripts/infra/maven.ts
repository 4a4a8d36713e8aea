import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InfraFailed } from "./server.ts";

const cache = fileURLToPath(new URL("../../node_modules/.cache/newfeed/", import.meta.url));

/** A Java of this version or newer. Throws `InfraFailed` where there is none. */
export function findJava(oldest: number): string {
  const homes = [process.env["JAVA_HOME"], ...globSync("/usr/lib/jvm/*")].flatMap((home) => (home ? [join(home, "bin/java")] : []));
  for (const program of [...homes, "java"]) {
    const version = /version "(\d+)/.exec(spawnSync(program, ["-version"], { encoding: "utf8" }).stderr ?? "")?.[1];
    if (Number(version) >= oldest) return program;
  }
  throw new InfraFailed(`Java ${oldest} or newer is missing`);
}

/** The folder with the libraries that a Maven project asks for, which are fetched from Maven Central once; `name` has their version. */
export function mavenLibraries(name: string, project: string): string {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  execFileSync("mvn", ["-q", "-B", "-f", project, "dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${partial}`], {
    stdio: "inherit",
  });
  renameSync(partial, folder);
  return folder;
}
