/** The lists of a profile. */
export const profile = {
  lists: {
    shown: "What is shown",
    posts: "Posts",
    reposts: "Reposts",
    replies: "Replies",
    media: "Media",
    likes: "Likes",
    noPostsHint: (username: string) => `Posts by @${username} will appear here.`,
    noReposts: "No reposts",
    noRepostsHint: (username: string) => `Posts that @${username} reposts will appear here.`,
    noReplies: "No replies",
    noRepliesHint: (username: string) => `Comments by @${username} will appear here.`,
    noMedia: "No pictures or videos",
    noMediaHint: (username: string) => `Posts by @${username} with pictures or videos will appear here.`,
    noLikes: "No likes",
    noLikesHint: (username: string) => `Posts that @${username} likes will appear here.`,
    onlyYou: "Only you see what you like. You can make it public in the [settings].",
    loadingReplies: "Loading replies",
    conversation: "Show conversation",
  },
};
