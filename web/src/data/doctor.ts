import type { Finding } from "@newfeed/shared/doctor/finding.ts";
import { useEffect, useRef, useState } from "react";

export interface Examination {
  findings: readonly Finding[];
  state: "none" | "running" | "done";
  /** Begins one. Rejects when it cannot be loaded. */
  examine(): Promise<void>;
}

/** An examination of the feed, which ends with what shows it. With `mayWrite` it writes a post, with comments. */
export function useExamination(mayWrite: boolean): Examination {
  const [findings, setFindings] = useState<readonly Finding[]>([]);
  const [state, setState] = useState<Examination["state"]>("none");
  const ending = useRef<AbortController>(undefined);
  useEffect(() => () => ending.current?.abort(), []);
  return {
    findings,
    state,
    async examine() {
      ending.current = new AbortController();
      const { signal } = ending.current;
      setFindings([]);
      setState("running");
      try {
        await (await import("./examination.ts")).examine(mayWrite, (finding) => setFindings((before) => [...before, finding]), signal);
        setState("done");
      } catch (error) {
        setState("none");
        throw error;
      }
    },
  };
}
