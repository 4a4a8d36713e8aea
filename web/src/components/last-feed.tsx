import type { Post } from "@newfeed/client";
import { CloudOff } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { readLastFeed } from "../data/last-feed.ts";
import { FoldedText } from "./folded-text.tsx";

import { PageHeading } from "./page-heading.tsx";
import { PostAuthor } from "./post-author.tsx";
import { RichText } from "./rich-text.tsx";
import { Away } from "./states.tsx";
import { Time, useDates } from "./time.tsx";
import { Warned } from "./warned.tsx";
import "../styles/feed.css";
import "./last-feed.css";
import "./post-card.css";
import { t } from "../texts/texts.ts";

/** While the server cannot be reached and it is not known who is signed in: the feed as this device saw it last, to read. */
export function LastFeed({ path, retry }: { path: string; retry: () => void }) {
  const { dayAndTime } = useDates();
  const [kept] = useState(readLastFeed);
  const one = kept?.posts.find(({ id }) => path === `/posts/${id}`);
  if (!kept || !(path === "/" || one))
    return (
      <Away retry={retry}>
        {kept && (
          <Link href="/" className="link">
            {t.lastFeed.see}
          </Link>
        )}
      </Away>
    );
  return (
    <>
      <PageHeading title={one ? t.post.title : t.shell.home} />
      <div className="offline" role="status">
        <CloudOff size={20} aria-hidden />
        <p>{t.lastFeed.offline(kept.account.username, dayAndTime(new Date(kept.at).toISOString()))}</p>
        <button type="button" className="button button--quiet button--small" onClick={retry}>
          {t.common.tryNow}
        </button>
      </div>
      <div className="feed" role="feed" aria-label={t.lastFeed.label}>
        {(one ? [one] : kept.posts).map((post) => (
          <KeptPost key={post.id} post={post} whole={one !== undefined} />
        ))}
      </div>
    </>
  );
}

function KeptPost({ post, whole }: { post: Post; whole: boolean }) {
  const { author, content, title, media, likeCount, commentCount } = post;
  const facts = [
    media.length > 0 && t.lastFeed.media(media.length),
    likeCount > 0 && t.post.likes(likeCount),
    commentCount > 0 && t.post.comments(commentCount),
  ].filter(Boolean);
  return (
    <article className="card post-card" aria-label={t.post.label(author.fullName)}>
      <div className="post-card__inside">
        <header className="post-card__head">
          <span className="post-card__author">
            <PostAuthor author={author} />
          </span>
          <Link href={`/posts/${post.id}`} className="post-card__time">
            <Time at={post.publishedAt ?? post.createdAt} />
          </Link>
        </header>
        <Warned id={post.id} warning={post.contentWarning}>
          {title && (
            <h2 className="post-card__title" dir="auto">
              {title}
            </h2>
          )}
          {content && (
            <p className="post-card__text" dir="auto">
              {whole ? <RichText text={content} /> : <FoldedText id={post.id} text={content} />}
            </p>
          )}
        </Warned>
        <p className="kept-post__facts">{facts.join(" · ")}</p>
      </div>
    </article>
  );
}
