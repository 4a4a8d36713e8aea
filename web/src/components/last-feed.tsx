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
import { dayAndTime, Time } from "./time.tsx";
import "../styles/feed.css";
import "./last-feed.css";
import "./post-card.css";

/** While the server cannot be reached and it is not known who is signed in: the feed as this device saw it last, to read. */
export function LastFeed({ path, retry }: { path: string; retry: () => void }) {
  const [kept] = useState(readLastFeed);
  const one = kept?.posts.find(({ id }) => path === `/posts/${id}`);
  if (!kept || !(path === "/" || one))
    return (
      <Away retry={retry}>
        {kept && (
          <Link href="/" className="link">
            See your last feed
          </Link>
        )}
      </Away>
    );
  return (
    <>
      <PageHeading title={one ? "Post" : "Home"} />
      <div className="offline" role="status">
        <CloudOff size={20} aria-hidden />
        <p>
          You are offline. This is what @{kept.account.username} saw on {dayAndTime(new Date(kept.at).toISOString())}.
        </p>
        <button type="button" className="button button--quiet button--small" onClick={retry}>
          Try now
        </button>
      </div>
      <div className="feed" role="feed" aria-label="Your last feed">
        {(one ? [one] : kept.posts).map((post) => (
          <KeptPost key={post.id} post={post} whole={one !== undefined} />
        ))}
      </div>
    </>
  );
}

const counted = (count: number, one: string, many: string) => (count > 0 ? `${count} ${count === 1 ? one : many}` : []);

function KeptPost({ post, whole }: { post: Post; whole: boolean }) {
  const { author, content, title, media, likeCount, commentCount } = post;
  const facts = [
    counted(media.length, "picture or video", "pictures and videos"),
    counted(likeCount, "like", "likes"),
    counted(commentCount, "comment", "comments"),
  ];
  return (
    <article className="card post-card" aria-label={`Post by ${author.fullName}`}>
      <div className="post-card__inside">
        <header className="post-card__head">
          <span className="post-card__author">
            <PostAuthor author={author} />
          </span>
          <Link href={`/posts/${post.id}`} className="post-card__time">
            <Time at={post.publishedAt ?? post.createdAt} />
          </Link>
        </header>
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
        <p className="kept-post__facts">{facts.flat().join(" · ")}</p>
      </div>
    </article>
  );
}
