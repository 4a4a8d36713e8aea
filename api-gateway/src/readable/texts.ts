import type { Language } from "@newfeed/shared/contracts/languages.ts";

/** What pages without scripts say themselves. */
interface ReadableTexts {
  postBy: (name: string) => string;
  commentBy: (name: string) => string;
  pictureBy: (name: string) => string;
  videoBy: (name: string) => string;
  contentWarning: (warning: string) => string;
  sensitive: string;
  location: (place: string) => string;
  postsBy: (name: string) => string;
  publicPosts: string;
  likes: (count: number) => string;
  comments: (count: number) => string;
  replies: (count: number) => string;
  following: (count: number) => string;
  followers: (count: number) => string;
  commentsTitle: string;
  repliesTitle: string;
  newestComments: string;
  deletedComment: string;
  quoteGone: string;
  pollOption: (text: string, votes: number, share: number) => string;
  poll: (votes: number, day: string | null, closed: boolean) => string;
  pinned: string;
  newestPosts: string;
  noPosts: string;
  missingOfPost: string;
  missingOfComment: string;
  missingOfProfile: string;
}

const english = new Intl.NumberFormat("en");
const german = new Intl.NumberFormat("de");

export const readableTexts: Record<Language, ReadableTexts> = {
  en: {
    postBy: (name) => `Post by ${name}`,
    commentBy: (name) => `Comment by ${name}`,
    pictureBy: (name) => `Picture posted by ${name}`,
    videoBy: (name) => `Video posted by ${name}`,
    contentWarning: (warning) => `Content warning: ${warning}`,
    sensitive: "Sensitive media",
    location: (place) => `Location: ${place}`,
    postsBy: (name) => `Posts by ${name} on NewFeed`,
    publicPosts: "Public posts on NewFeed",
    likes: (count) => `${english.format(count)} ${count === 1 ? "like" : "likes"}`,
    comments: (count) => `${english.format(count)} ${count === 1 ? "comment" : "comments"}`,
    replies: (count) => `${english.format(count)} ${count === 1 ? "reply" : "replies"}`,
    following: (count) => `${english.format(count)} following`,
    followers: (count) => `${english.format(count)} ${count === 1 ? "follower" : "followers"}`,
    commentsTitle: "Comments",
    repliesTitle: "Replies",
    newestComments: "Newest comments",
    deletedComment: "This comment was deleted.",
    quoteGone: "The quoted post is no longer available.",
    pollOption: (text, votes, share) => `${text}: ${english.format(votes)} ${votes === 1 ? "vote" : "votes"} (${share}%)`,
    poll: (votes, day, closed) =>
      `${english.format(votes)} ${votes === 1 ? "vote" : "votes"}${day === null ? "" : closed ? ` · ended on ${day}` : ` · until ${day}`}`,
    pinned: "Pinned",
    newestPosts: "Newest posts",
    noPosts: "No posts yet",
    missingOfPost: "Without JavaScript you can read this post. Likes, replies, writing and live updates need it.",
    missingOfComment: "Without JavaScript you can read this comment. Likes, replies, writing and live updates need it.",
    missingOfProfile: "Without JavaScript you can read this profile. Following, search and live updates need it.",
  },
  de: {
    postBy: (name) => `Beitrag von ${name}`,
    commentBy: (name) => `Kommentar von ${name}`,
    pictureBy: (name) => `Bild von ${name}`,
    videoBy: (name) => `Video von ${name}`,
    contentWarning: (warning) => `Inhaltswarnung: ${warning}`,
    sensitive: "Heikle Medien",
    location: (place) => `Ort: ${place}`,
    postsBy: (name) => `Beiträge von ${name} auf NewFeed`,
    publicPosts: "Öffentliche Beiträge auf NewFeed",
    likes: (count) => `${german.format(count)} ${count === 1 ? "Like" : "Likes"}`,
    comments: (count) => `${german.format(count)} ${count === 1 ? "Kommentar" : "Kommentare"}`,
    replies: (count) => `${german.format(count)} ${count === 1 ? "Antwort" : "Antworten"}`,
    following: (count) => `${german.format(count)} gefolgt`,
    followers: (count) => `${german.format(count)} Follower`,
    commentsTitle: "Kommentare",
    repliesTitle: "Antworten",
    newestComments: "Neueste Kommentare",
    deletedComment: "Dieser Kommentar wurde gelöscht.",
    quoteGone: "Der zitierte Beitrag ist nicht mehr verfügbar.",
    pollOption: (text, votes, share) => `${text}: ${german.format(votes)} ${votes === 1 ? "Stimme" : "Stimmen"} (${share} %)`,
    poll: (votes, day, closed) =>
      `${german.format(votes)} ${votes === 1 ? "Stimme" : "Stimmen"}${day === null ? "" : closed ? ` · beendet am ${day}` : ` · bis ${day}`}`,
    pinned: "Angeheftet",
    newestPosts: "Neueste Beiträge",
    noPosts: "Noch keine Beiträge",
    missingOfPost: "Ohne JavaScript kannst du diesen Beitrag lesen. Für Likes, Antworten, zum Schreiben und für alles, was live ist, brauchst du es.",
    missingOfComment: "Ohne JavaScript kannst du diesen Kommentar lesen. Für Likes, Antworten, zum Schreiben und für alles, was live ist, brauchst du es.",
    missingOfProfile: "Ohne JavaScript kannst du dieses Profil lesen. Zum Folgen und Suchen und für alles, was live ist, brauchst du es.",
  },
};
