// A post's comments over a plain EventSource. A page on NewFeed's own origin, where the browser sends cookies, needs only
//   const source = new EventSource(`/api/sse/comments/${postId}`);
// Other clients send a token, with an EventSource implementation that accepts a `fetch`.
import { EventSource } from "eventsource";

const [server = "http://localhost:8080", email, password, postId] = process.argv.slice(2);

const login = await fetch(`${server}/api/auth/login`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ email, password }),
});
if (!login.ok) throw new Error((await login.json()).message);
const { tokens } = (await login.json()).data;

const source = new EventSource(`${server}/api/sse/comments/${postId}`, {
  fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${tokens.accessToken}` } }),
});

// EventSource reconnects by itself and resumes after the last `id` it received.
source.addEventListener("hello", ({ lastEventId }) => console.log(`following from ${lastEventId}`));
source.addEventListener("comment_added", ({ data }) => {
  const { comment } = JSON.parse(data);
  console.log(`${comment.author?.username}: ${comment.content}`);
});
source.addEventListener("comment_deleted", ({ data }) => console.log(`deleted: ${JSON.parse(data).commentId}`));
// The cursor is too old: fetch what `refetch` names again. The stream continues.
source.addEventListener("reset", ({ data }) => console.log(`fetch again: ${JSON.parse(data).refetch.join(" ")}`));
source.addEventListener("post_deleted", () => source.close());
