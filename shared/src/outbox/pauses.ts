/** The pauses of a loop that looks for work, and is woken when there is some. */
export interface Pauses {
  /** Forgets earlier wakes: what they were for, the look that follows sees. */
  forget(): void;
  /** Resolves after this long; earlier when woken; at once when that was since `forget`, or after `end`. */
  pause(milliseconds: number): Promise<void>;
  wake(): void;
  /** Ends the pause and all later ones. */
  end(): void;
}

export function createPauses(): Pauses {
  let [woken, ended] = [false, false];
  let resume = () => {};
  return {
    forget() {
      woken = false;
    },
    pause: (milliseconds) =>
      new Promise((resolve) => {
        if (woken || ended) return resolve();
        const timer = setTimeout(resolve, milliseconds);
        resume = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake() {
      woken = true;
      resume();
    },
    end() {
      ended = true;
      resume();
    },
  };
}
