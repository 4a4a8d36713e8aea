import type { profile as english } from "../en/profile.ts";

export const profile: typeof english = {
  lists: {
    shown: "Was gezeigt wird",
    posts: "Beiträge",
    reposts: "Geteilt",
    replies: "Antworten",
    media: "Medien",
    likes: "Gefällt mir",
    pinned: "Angeheftet",
    isPinned: "Der Beitrag steht auf deinem Profil jetzt oben.",
    isUnpinned: "Der Beitrag steht auf deinem Profil nicht mehr oben.",
    pinFailed: "Der Beitrag wurde nicht angeheftet.",
    unpinFailed: "Der Beitrag ist noch angeheftet.",
    noPostsHint: (username) => `Hier erscheinen die Beiträge von @${username}.`,
    noReposts: "Noch nichts geteilt",
    noRepostsHint: (username) => `Hier erscheinen Beiträge, die @${username} teilt.`,
    noReplies: "Noch keine Antworten",
    noRepliesHint: (username) => `Hier erscheinen die Kommentare von @${username}.`,
    noMedia: "Noch keine Bilder und Videos",
    noMediaHint: (username) => `Hier erscheinen Beiträge von @${username} mit Bildern oder Videos.`,
    noLikes: "Noch keine Likes",
    noLikesHint: (username) => `Hier erscheinen Beiträge, die @${username} gefallen.`,
    onlyYou: "Nur du siehst, was dir gefällt. In den [Einstellungen] kannst du es öffentlich machen.",
    loadingReplies: "Antworten werden geladen",
    conversation: "Unterhaltung zeigen",
  },
};
