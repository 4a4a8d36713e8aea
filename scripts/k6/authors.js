// Authors: polls that others vote in, drafts that are kept, changed and published, and pictures, which are uploaded, posted and read.
//   VUS (10)  DURATION (30s)  USERS (10): accounts  PICTURES (0.2): the share of pictures  P95, P99: milliseconds  ERRORS: a ratio
import { check } from "k6";
import { clientOf, isDone, isPage, mix } from "./shared/feed.js";
import { number, requestThresholds, summaryTrendStats, text, thresholds } from "./shared/options.js";
import { createUsers, signedIn } from "./shared/sessions.js";

const ofPolls = ["create poll", "public feed", "vote", "one post"];
const ofDrafts = ["create draft", "update draft", "publish draft"];
const ofPictures = ["create post with image", "picture", "thumbnail", "delete post"];
const pictures = number("PICTURES", 0.2);

export const options = {
  vus: number("VUS", 10),
  duration: text("DURATION", "30s"),
  thresholds: {
    ...thresholds([...ofPolls, ...ofDrafts, ...ofPictures]),
    // Each picture is encoded again, at most two at a time in an instance.
    ...requestThresholds(["upload"], { p95: 2_000, p99: 4_000 }),
  },
  summaryTrendStats,
};

/** Of a phone, and as large as a screenshot is. */
const picture = open("../../docs/screenshots/home-phone-light.png", "b");

export const setup = () => createUsers(number("USERS", 10));

export default function (accounts) {
  const [api, place] = [clientOf(signedIn(accounts)), (__VU - 1) % accounts.length];
  mix([
    [(1 - pictures) / 2, () => poll(api, place, accounts)],
    [(1 - pictures) / 2, () => draft(api)],
    [pictures, () => upload(api)],
  ]);
}

/** Asks, answers, and answers others of these accounts. Each account votes for one option, whichever virtual user it votes with. */
function poll(api, place, accounts) {
  const asked = api.createPoll("What do you drink?", { options: ["Tea", "Coffee", "Water"], duration: 86_400 });
  if (!isDone(asked, "create poll")) return;
  const feed = api.publicFeed();
  if (!isPage(feed, "public feed")) return;
  const others = feed.json("data").filter(({ author, poll }) => poll?.closed === false && poll.myVote === null && accounts.some(({ id }) => id === author.id));
  for (const { id, poll } of [asked.json(), ...others.filter(({ id }) => id !== asked.json("id")).slice(0, 3)])
    isDone(api.vote(id, place % poll.options.length), "vote");
  const { poll: result } = api.post(asked.json("id")).json();
  check(result, {
    "result: has the vote, and no other than are counted": ({ options, votes, myVote }) =>
      myVote === place % options.length && votes >= 1 && options.reduce((sum, option) => sum + option.votes, 0) === votes,
  });
}

function draft(api) {
  const begun = api.createDraft("A post that is");
  if (!isDone(begun, "create draft")) return;
  const { id, revision } = begun.json();
  const content = `A post that is finished at ${new Date().toISOString()}.`;
  if (!isDone(api.updateDraft(id, { content, revision }), "update draft")) return;
  const published = api.publishDraft(id, content);
  isDone(published, "publish draft");
  check(published, { "publish draft: says what was written": (response) => response.json("content") === content });
}

/** The post goes again, and the picture with it: what a user may store is limited. */
function upload(api) {
  const stored = api.uploadImage(picture);
  if (!isDone(stored, "upload")) return;
  const posted = api.createImagePost("What I saw.", [stored.json("id")]);
  if (!isDone(posted, "create post with image")) return;
  const [{ url, thumbnailUrl }] = posted.json("media");
  for (const [name, address] of [
    ["picture", url],
    ["thumbnail", thumbnailUrl],
  ])
    check(api.file(address, name), {
      [`${name}: an image`]: ({ status, headers, body }) => status === 200 && headers["Content-Type"].startsWith("image/") && body.byteLength > 0,
    });
  isDone(api.deletePost(posted.json("id")), "delete post");
}
