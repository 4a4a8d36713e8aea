/** Statements that take as long as something is large, by what is in their text: why they may, and by which steps, unless by any. */
export const unboundedStatements: readonly { texts: readonly string[]; because: string; steps?: string }[] = [
  {
    because: "the table has a row, or a few",
    texts: ["FROM log_epoch", "FROM announced_trends", "FROM live_instance", "FROM newfeed.job", "FROM newfeed.relay_lease WHERE"],
  },
  {
    because: "a consumer has three batches of its queue in hand at most",
    texts: ["WITH held AS (DELETE FROM in_hand"],
  },
  {
    because: "an index gives its order up to those of one moment, which an event has few of",
    texts: ["FROM newfeed.outbox WHERE sent_at >= greatest("],
  },
  {
    because: "EXISTS ends with the first",
    texts: [
      "SELECT EXISTS (SELECT 1 FROM media_claim c WHERE c.media_id = m.id AND c.confirmed AND c.visibility = 'public')",
      "EXISTS (SELECT FROM newfeed.relay_lease",
    ],
  },
  {
    because: "of one name there are two profiles for a moment, when one is deleted",
    texts: ["FROM profile p WHERE lower(p.username) = lower($2::text)", "OR lower(username) = ANY("],
  },
  {
    because: "an address is one account's, but for a moment after another has verified it",
    texts: ["UPDATE account SET mail_refusal = $2::text"],
  },
  {
    because: "a profile has at most 32 words",
    texts: ["DELETE FROM profile_word WHERE user_id = ANY"],
  },
  {
    because: "an upload is claimed by one post and one profile; a post shows at most 20, and what a profile has shown goes after a day",
    texts: [
      "FROM media_claim c WHERE c.media_id = m.id AND NOT c.released",
      "FROM media_claim c WHERE c.subject_kind = $1::text",
      "DELETE FROM media_claim WHERE subject_kind = $1::text",
    ],
  },
  {
    because: "an upload is claimed by one post and one profile",
    texts: ["WITH gone AS (DELETE FROM media m WHERE"],
    steps: "deletes of media_claim what belongs to rows of media",
  },
  {
    because: "a materialised feed holds 500 posts and those of a day; one look at each author that a reader follows",
    texts: [
      "WITH feed AS MATERIALIZED",
      "WITH followed AS MATERIALIZED",
      "FROM projection.follow f JOIN large_author l",
      "WITH newest AS MATERIALIZED",
      "WITH cut AS MATERIALIZED",
      "DELETE FROM feed_item WHERE",
      "DELETE FROM materialised_feed_author WHERE user_id = ANY",
      "DELETE FROM feed_item t USING taken",
    ],
  },
  {
    because: "a post has at most 30 tags, and a user follows at most 50",
    texts: [
      "FROM tag_use WHERE post_id = ANY",
      "DELETE FROM tag_use u WHERE u.post_id",
      "DELETE FROM post WHERE id = ANY",
      "DELETE FROM post WHERE id = $1::uuid RETURNING revision",
      "DELETE FROM post_tag t WHERE",
      "DELETE FROM tag_follow WHERE user_id = $1::uuid",
    ],
  },
  {
    because: "a post has a row of popularity for each hour of eight days, a tag one for each of two",
    texts: ["UPDATE popularity p SET day", "UPDATE trend t SET authors"],
  },
  {
    because: "those who have more than 5,000 followers are not written into feeds, and become large once",
    texts: ["CROSS JOIN projection.follow f JOIN materialised_feed r", "FROM projection.follow f JOIN materialised_feed r ON"],
  },
  {
    because: "a connection knows whom its user has blocked, and is blocked by",
    texts: ["SELECT blocker_id AS user_id, blocked_id AS other FROM projection.block"],
  },
  {
    because: "the sessions of an account, and the tokens of a session, end by themselves after some time",
    texts: [
      "FROM session WHERE account_id = $1",
      "FROM session WHERE account_id = (SELECT $1",
      "DELETE FROM account WHERE id",
      "WITH used AS MATERIALIZED ( SELECT hash",
      "DELETE FROM session WHERE id = ANY",
    ],
  },
  {
    because: "an account that waits for approval has no session, and few mails",
    texts: ["FROM account WHERE created_at < now() - interval '30 days' AND created_at >= $1::timestamptz AND awaits_approval"],
  },
  {
    because: "an account has at most 50 API tokens, and those that expired within the hour",
    texts: ["FROM api_token WHERE account_id = $1", "FROM api_token WHERE account_id = $2"],
  },
  {
    because: "an account has at most ten recovery codes",
    texts: ["FROM recovery_code WHERE account_id = $1::uuid) AS recovery_codes", "DELETE FROM recovery_code WHERE account_id"],
  },
  {
    because: "an account's mails and links end after half an hour, and requests for them are limited",
    texts: ["DELETE FROM mail WHERE account_id", "DELETE FROM mail_link WHERE account_id"],
  },
  {
    because: "of a batch of comments the replies are deleted first, or with them",
    texts: ["DELETE FROM comment WHERE id = ANY"],
  },
  {
    because: "an aggregate has few entries in the log of a stream that are not blank, and a stream at most 10,000",
    texts: ["UPDATE stream_entry", "FROM stream_entry WHERE stream = ANY($1::text[]) AND actor_id = $2::uuid AND aggregate_type = 'comment'"],
  },
  {
    because: "groups of one key: one that is unread, and those that were read before",
    texts: [
      "user_id = $2::uuid AND group_key = $4::text AND read_at IS NULL",
      "WHERE n.user_id = $1::uuid AND n.group_key = $2::text",
      "DELETE FROM notification n WHERE n.id = ANY",
    ],
  },
  {
    because: "a comment is in the inboxes of those whom it answers and mentions, and one group; of larger ones jobs remove the actors",
    texts: [
      "WITH gone AS (DELETE FROM notification n WHERE",
      "WITH gone AS ( DELETE FROM notification n WHERE comment_id = $1",
      "UPDATE notification SET comment_content = $2",
    ],
  },
  {
    because: "an account has ten webhooks at most, and the installation twenty",
    texts: ["FROM webhook w WHERE w.owner_id = ANY", "DELETE FROM webhook WHERE owner_id", "UPDATE webhook SET created_by_id = NULL"],
  },
  {
    because: "an account has twenty devices at most, and a session of it no more",
    texts: ["DELETE FROM device WHERE session_id", "DELETE FROM device WHERE owner_id = $1::uuid"],
  },
  {
    because: "EXISTS ends with the first",
    texts: ["has_devices <> EXISTS (SELECT FROM device", "EXISTS ( SELECT FROM push w WHERE w.notification_id"],
  },
  {
    because: "of a notification there are as many pushes as its recipient has devices, which are twenty at most, and an event names few notifications",
    texts: ["WITH gone AS ( DELETE FROM push WHERE notification_id = ANY"],
  },
];
