/** Of a push service that did not answer, until it does: others have the rest. */
const atOnceWhileHanging = 4;
/** Anyone can name one, so only the last ones that did not answer are remembered. */
const mostHanging = 1_000;

/** A push that a service has in hand. */
export interface PushInHand {
  answered(): void;
  didNotAnswer(): void;
  /** Once, whatever came of it. */
  end(): void;
}

/** Which push services hang, as far as this instance has seen; by their origins. */
export function createPushServices() {
  const inHandOf = new Map<string, number>();
  const hanging = new Set<string>();
  return {
    /** Null while the service hangs and has enough in hand. */
    begin(service: string): PushInHand | null {
      const inHand = inHandOf.get(service) ?? 0;
      if (hanging.has(service) && inHand >= atOnceWhileHanging) return null;
      inHandOf.set(service, inHand + 1);
      return {
        answered: () => void hanging.delete(service),
        didNotAnswer() {
          hanging.delete(service);
          hanging.add(service);
          const [oldest] = hanging;
          if (hanging.size > mostHanging && oldest !== undefined) hanging.delete(oldest);
        },
        end() {
          const left = (inHandOf.get(service) ?? 1) - 1;
          if (left > 0) inHandOf.set(service, left);
          else inHandOf.delete(service);
        },
      };
    },
  };
}
