import { seedDemo } from "../../../app/demo.ts";
import { startTestFeed, type TestFeed } from "../feed.ts";
import { freePort } from "../free-port.ts";

/** One of the demo's users. */
export const alice = { email: "alice@example.com", password: "Test123" };

/** A feed with the demo's posts, and the id of one that has a picture. */
export async function startDemoFeed(): Promise<{ feed: TestFeed; postId: string }> {
  const feed = await startTestFeed({ PORT: String(await freePort()) });
  await seedDemo(feed.url);
  const { body } = await feed.call("GET", "/api/v1/posts");
  return { feed, postId: body.data.find((post: { media: unknown[] }) => post.media.length > 0).id };
}
