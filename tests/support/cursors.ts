import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect } from "vitest";

/** A list's position in its stream, which a list goes without when it is not known in time. */
export const cursorOf = (list: () => Promise<{ streamCursor: string | null }>): Promise<string> =>
  eventually(async () => {
    const { streamCursor } = await list();
    expect(streamCursor).not.toBeNull();
    return streamCursor as string;
  });
