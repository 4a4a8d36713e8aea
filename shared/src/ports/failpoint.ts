/** Exact moments at which tests let a process die or a step fail; unarmed, reaching one does nothing. */
export type FailpointName = "relay.before_publish" | "relay.before_mark" | "consumer.before_commit" | "consumer.after_commit";
export type Failpoint = (name: FailpointName) => void;
