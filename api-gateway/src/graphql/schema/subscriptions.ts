/** What happens, live. */
export const subscriptions = /* GraphQL */ `
  """
  What happens, as it happens: POST /graphql with Accept: text/event-stream, answered as GraphQL over Server-Sent Events says (distinct
  connections). Each result is the data of an event next, with its position in extensions.cursor and in the event's id; complete is the last.

  A client that was away gives as cursor the last position that it has got, or a list's streamCursor, and gets each missed result once
  and in order. Where they are gone, a result has no data, and an error with the code reset: extensions.reset says why, and where it goes
  on; the client queries again what it shows. The server ends a subscription with an error with the code closing: extensions.closing says
  why, when to come back (retryAfterMs), and whether to come back unasked (resume).
  """
  type Subscription {
    "The comments of a post, at any depth, as they are written"
    commentAdded(postId: ID!, cursor: ID): Comment
    "The comments of a post as they are changed"
    commentUpdated(postId: ID!, cursor: ID): Comment
    "The comments of a post that are deleted, and those that you may no longer see"
    commentDeleted(postId: ID!, cursor: ID): DeletedComment
    "What comes into your inbox"
    notificationReceived(cursor: ID): Notification
    "The new posts of those whom you follow. They may be missed, and have no positions: the home feed has them all"
    newPosts: Post
  }

  type DeletedComment {
    id: ID!
    postId: ID!
  }
`;
