import { later } from "./later.tsx";

/** The rules of the community, folded, if there are any; loaded when they are first shown. */
export const CommunityRules = later(async () => (await import("./open-community-rules.tsx")).OpenCommunityRules, { failed: () => null });
