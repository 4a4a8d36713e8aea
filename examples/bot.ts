// Replies to mentions, including those it missed while offline.
import { createClient, NewFeedError, type Notification } from "@newfeed/client";

const [baseUrl = "http://localhost:8080", username = "echo_bot", password = "Test123"] = process.argv.slice(2);
const bot = createClient({ baseUrl });

async function signIn() {
  try {
    return await bot.session.signIn({ email: username, password });
  } catch (error) {
    if (!(error instanceof NewFeedError) || error.code !== "invalid_credentials") throw error;
    return bot.session.signUp({ username, email: `${username}@example.com`, password, fullName: "Echo Bot" });
  }
}

async function reply({ id, type, data }: Pick<Notification, "id" | "type" | "data">) {
  if (type !== "mention" || !data.postId || !data.commentId) return;
  try {
    const { content, author } = await bot.comments.get(data.commentId);
    await bot.comments.create(data.postId, {
      content: `@${author?.username} said: ${content.replaceAll("@", "")}`,
      parentCommentId: data.commentId,
      // If this runs twice for one mention, only one reply is created.
      clientMutationId: `reply-${data.commentId}`,
    });
    await bot.notifications.markRead(id);
  } catch (error) {
    // The comment has been deleted, or a limit is reached: go on.
    if (!(error instanceof NewFeedError)) throw error;
    console.error(`no reply sent: ${error.message}`);
  }
}

const me = await signIn();
const { data, streamCursor } = await bot.notifications.list({ limit: 100 });
const inbox = bot.follow.inbox({ cursor: streamCursor });
console.log(`@${me.username} is listening at ${baseUrl}`);
for (const missed of data.reverse()) if (!missed.read) await reply(missed);
for await (const event of inbox) if (event.type === "notification") await reply(event.notification);
