/** What a program needs to find its libraries, temporary files, compiled code and language. */
const kept = ["PATH", "LANG", "TZ", "TMPDIR", "TEMP", "TMP", "NODE_COMPILE_CACHE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SystemRoot", "windir"];

/** The environment of a program that is started here: none of our variables, many of which are secret, and what it needs of its own. */
export function childEnvironment(own: Readonly<Record<string, string>> = {}): Record<string, string> {
  const inherited = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(inherited), ...own };
}
