-- Replies that moderators hold: others do not count them.
CREATE INDEX comment_held_reply ON comment (parent_comment_id) WHERE held IS NOT NULL;
