import type { Language } from "./languages.ts";

/** What a notification says outside the inbox, as a push or in a mail: `{who}` stands for the latest user that it speaks of. Where there are several, `many` says so. */
export interface NotificationText {
  one: string;
  many?: string;
}

/** By type of notification; `other` for one that only newer servers know. The service worker has them, which imports nothing. */
export const notificationTexts: Readonly<Record<Language, Readonly<Record<string, NotificationText>> & { other: NotificationText }>> = {
  en: {
    new_comment: { one: "{who} commented on your post", many: "{who} and others commented on your post" },
    comment_reply: { one: "{who} replied to your comment" },
    mention: { one: "{who} mentioned you" },
    post_liked: { one: "{who} liked your post", many: "{who} and others liked your post" },
    like_created: { one: "{who} liked your comment", many: "{who} and others liked your comment" },
    post_reposted: { one: "{who} reposted your post", many: "{who} and others reposted your post" },
    post_quoted: { one: "{who} quoted your post" },
    poll_ended: { one: "A poll has ended" },
    new_follower: { one: "{who} follows you" },
    follow_request: { one: "{who} would like to follow you" },
    follow_approved: { one: "{who} lets you follow them" },
    new_post: { one: "{who} has posted" },
    other: { one: "You have a new notification" },
  },
  de: {
    new_comment: { one: "{who} hat deinen Beitrag kommentiert", many: "{who} und andere haben deinen Beitrag kommentiert" },
    comment_reply: { one: "{who} hat auf deinen Kommentar geantwortet" },
    mention: { one: "{who} hat dich erwähnt" },
    post_liked: { one: "{who} gefällt dein Beitrag", many: "{who} und anderen gefällt dein Beitrag" },
    like_created: { one: "{who} gefällt dein Kommentar", many: "{who} und anderen gefällt dein Kommentar" },
    post_reposted: { one: "{who} hat deinen Beitrag geteilt", many: "{who} und andere haben deinen Beitrag geteilt" },
    post_quoted: { one: "{who} hat deinen Beitrag zitiert" },
    poll_ended: { one: "Eine Umfrage ist beendet" },
    new_follower: { one: "{who} folgt dir" },
    follow_request: { one: "{who} möchte dir folgen" },
    follow_approved: { one: "{who} lässt dich folgen" },
    new_post: { one: "{who} hat etwas geschrieben" },
    other: { one: "Du hast eine neue Mitteilung" },
  },
};
