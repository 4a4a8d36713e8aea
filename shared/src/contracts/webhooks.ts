/** What happens to posts. */
const ofPosts = [
  "post.published",
  "post.updated",
  "post.deleted",
  "post.liked",
  "post.unliked",
  "post.reposted",
  "post.unreposted",
  "comment.created",
  "comment.updated",
] as const;

/** What a webhook of a user can be told of: what happens to their own posts, and who follows them. */
export const ownWebhookTypes = [...ofPosts, "user.followed", "user.unfollowed", "user.follow_requested"] as const;

/** What a webhook of the installation can be told of: what happens in public. */
export const installationWebhookTypes = [
  ...ofPosts,
  "comment.deleted",
  "like.created",
  "like.deleted",
  "user.registered",
  "user.updated",
  "user.deleted",
] as const;

/** The types that webhooks can be told of, as events are named. */
export const webhookTypes = [...new Set([...ownWebhookTypes, ...installationWebhookTypes])];
export type WebhookType = (typeof webhookTypes)[number];

/** What a test sends. */
export const testType = "webhook.test";

/** How long the previous secret signs, too, after a new one was made. */
export const previousSecretHours = 24;
