// A post's comments over a plain EventSource. In a page of NewFeed's own, where cookies go along by themselves, it is
//   const source = new EventSource(`/api/sse/comments/${postId}`);
// Elsewhere a token goes along, which only an EventSource takes that lets one choose its fetch.
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

// It comes back by itself when it is cut, and then goes on after the last `id` that it was sent.
source.addEventListener("hello", ({ lastEventId }) => console.log(`following from ${lastEventId}`));
source.addEventListener("comment_added", ({ data }) => {
  const { comment } = JSON.parse(data);
  console.log(`${comment.author?.username}: ${comment.content}`);
});
source.addEventListener("comment_deleted", ({ data }) => console.log(`deleted: ${JSON.parse(data).commentId}`));
// The position is too old: what `refetch` names is to be fetched again, and then it goes on.
source.addEventListener("reset", ({ data }) => console.log(`fetch again: ${JSON.parse(data).refetch.join(" ")}`));
source.addEventListener("post_deleted", () => source.close());
