import { pages } from "@newfeed/shared/contracts/pages.ts";

/** The page of a tag. */
export const tagAddress = (tag: string): string => pages.tag.replace(":tag", encodeURIComponent(tag));

/** The page of a category. */
export const categoryAddress = (slug: string): string => pages.category.replace(":category", slug);

/** The page of a comment. */
export const commentAddress = (postId: string, id: string): string => pages.comment.replace(":postId", postId).replace(":commentId", id);

const commentAnchor = "comment-";
/** What an element that shows a comment is called. */
export const commentElementId = (id: string): string => commentAnchor + id;
/** The page of a comment's post, with the comment in view. */
export const placeInPost = (postId: string, id: string): string => `${pages.post.replace(":id", postId)}#${commentElementId(id)}`;
/** The comment that such an address leads to. */
export const commentOf = (hash: string): string | undefined => (hash.startsWith(`#${commentAnchor}`) ? hash.slice(commentAnchor.length + 1) : undefined);
