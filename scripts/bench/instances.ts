/** What a cluster with several notification instances says. */
export type InstancesReply =
  | { type: "ready"; urls: string[]; tokens: string[]; postId: string }
  | { type: "written"; comments: number }
  /** Of all its notification instances so far. */
  | { type: "accounted"; cpuSeconds: number };
