/** Exact moments at which tests let a process stand still, die or fail. */
export type FailpointName = "relay.before_publish" | "relay.before_mark" | "consumer.before_commit" | "consumer.after_commit";

/** Called at such a moment. Unarmed, it does nothing; armed, it may never come back. */
export type Failpoint = (name: FailpointName) => Promise<void> | undefined;
