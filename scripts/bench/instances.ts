/** The messages of a cluster with several notification instances. */
export type InstancesReply =
  | { type: "ready"; urls: string[]; tokens: string[]; postId: string }
  | { type: "written"; comments: number }
  /** Of all notification instances so far. */
  | { type: "accounted"; cpuSeconds: number };
