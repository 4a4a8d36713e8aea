import { useReducer } from "react";

/** What the reader has unfolded, so that it still is after a look at another page. */
const unfolded = new Set<string>();
const most = 500;

/** Whether the reader has asked to see something, and how to say that they do, or no longer. */
export function useUnfolded(id: string): [isUnfolded: boolean, unfold: (now: boolean) => void] {
  const [, render] = useReducer((count: number) => count + 1, 0);
  function unfold(now: boolean): void {
    unfolded.delete(id);
    const [oldest] = unfolded;
    if (now && oldest !== undefined && unfolded.size >= most) unfolded.delete(oldest);
    if (now) unfolded.add(id);
    render();
  }
  return [unfolded.has(id), unfold];
}
