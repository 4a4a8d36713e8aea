import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { PollState } from "@newfeed/shared/contracts/routes/posts.ts";
import { accountGone } from "../posts/author.ts";
import { isPublished } from "../posts/post.ts";
import type { PostStore } from "../posts/store.ts";
import { withVotes } from "./poll.ts";

/**
 * Votes in the poll of a post. A vote is for good; the same one again changes nothing. The post is locked for the count and the
 * commit alone, so that those who vote at the same time wait shortly for each other. Throws `not_found` for what the user may not see, and a
 * post without a poll, `validation_failed` for an option that it does not have, `conflict` after a vote for another one or the poll's end.
 */
export async function vote(store: Pick<PostStore, "transaction">, userId: UserId, postId: PostId, option: number): Promise<PollState> {
  return store.transaction(async (operations) => {
    if (!(await operations.lockAuthor(userId))) throw accountGone();
    const find = async () => {
      const post = await operations.postById(userId, postId);
      if (!post?.poll) throw new Problem("not_found", post && { message: "This post has no poll." });
      return { poll: post.poll, revision: post.revision, published: isPublished(post) };
    };
    const { poll, revision, published } = await find();
    if (option >= poll.options.length) throw invalidField("option", "must be one of the poll's");
    if (poll.myVote === option) return { poll, revision };
    if (poll.myVote === null && published && !poll.closed && (await operations.insertVote(postId, userId, option))) {
      // None, if the poll has ended, has changed or is gone meanwhile.
      const counted = await operations.countVote(postId, poll.options, option);
      if (!counted) throw hasEnded();
      const { votes } = counted;
      await operations.enqueue({ type: "poll.voted", aggregate: { id: postId, revision: counted.revision }, actorId: null, data: { postId, votes } });
      return { poll: { ...withVotes(poll, votes), myVote: option }, revision: counted.revision };
    }
    // Another request of the user may have been faster.
    const now = await find();
    if (now.poll.myVote === option) return { poll: now.poll, revision: now.revision };
    if (now.poll.myVote !== null) throw new Problem("conflict", { message: "You have voted for another option." });
    throw published ? hasEnded() : new Problem("conflict", { message: "The post is not published." });
  });
}

const hasEnded = () => new Problem("conflict", { message: "The poll has ended." });
