/** Exact moments at which tests let a process stand still, die or fail. */
export type FailpointName = "relay.before_publish" | "relay.before_mark" | "consumer.before_commit" | "consumer.after_commit" | DeliveryFailpoint;

/** Of something that is sent outside: before it is, and before its answer is noted. */
export type DeliveryFailpoint = "delivery.before_call" | "delivery.before_end";

/** Called at such a moment. Unarmed, it does nothing; armed, it may never come back. */
export type Failpoint = (name: FailpointName) => Promise<void> | undefined;
