import { createObservable } from "@newfeed/client";
import { client } from "./client.ts";

const firstPauseMs = 1_000;
const longestPauseMs = 15_000;

/** Is the server away, so that it is not known yet who is signed in? */
export const isAway = createObservable(false);

let goOn = () => {};
/** Asks again at once. */
export const tryAgain = () => goOn();
addEventListener("online", tryAgain);

const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    goOn = () => {
      clearTimeout(timer);
      resolve();
    };
  });

/** Finds out who is signed in; asks until the server answers. */
export async function restoreSession(): Promise<void> {
  for (let pauseMs = firstPauseMs; client.session.state.status === "unknown"; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      await client.session.restore();
    } catch {
      // Shown instead of the page.
      isAway.set(true);
      await pause(pauseMs);
    }
  }
  isAway.set(false);
}
