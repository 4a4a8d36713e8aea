import type { NewFeedError, Notification } from "@newfeed/client";
import { countsIn } from "../counted.ts";

const counted = countsIn("en");

/** Where users write, the keyboard, and what the server answers. */
export const writing = {
  composer: {
    label: "Write a post",
    placeholder: "What's new?",
    files: "Attached files",
    add: "Add pictures or videos",
    drop: "Drop pictures or videos here",
    remove: (name: string) => `Remove ${name}`,
    uploading: "Uploading…",
    uploadingFile: (name: string) => `Uploading ${name}`,
    stillUploading: "Your files are still uploading.",
    notUploaded: (name: string) => `${name} was not uploaded. Remove it or add it again.`,
    refusedFiles: "Only pictures (JPG, PNG, GIF, WebP) and videos (MP4, WebM, MOV), at most ten.",
    nothing: "Write something, or add a picture.",
    tooLong: (count: number) => `Shorten the text by ${counted(count, { one: "# character", other: "# characters" })}.`,
    audience: "Who can see this post",
    everyone: "Everyone",
    followers: "Followers",
    post: "Post",
    published: "Your post is published.",
  },
  writeComment: {
    label: "Write a comment",
    replyTo: (name: string) => `Reply to ${name}`,
    replyToDeleted: "Reply to this comment",
    nothing: "Write something first.",
    send: "Send",
  },
  editing: {
    post: "Edit your post",
    comment: "Edit your comment",
    text: "Text",
    discard: "Discard changes",
    profile: "Edit your profile",
    name: "Name",
    about: "About you",
    avatar: "Your picture",
    chooseAvatar: "Choose a picture",
    removeAvatar: "Remove the picture",
    header: "The picture over your profile",
    chooseHeader: "Choose a header",
    removeHeader: "Remove the header",
    crop: "What is shown of the picture: drag it, or move it with the arrow keys",
    zoom: "Zoom",
    unreadable: "This picture cannot be read. Choose a JPG, PNG, GIF or WebP.",
  },
  shortcuts: {
    title: "Keyboard shortcuts",
    letters: "Use letters as shortcuts",
    next: "Next post or comment",
    previous: "Previous post or comment",
    open: "Open the post",
    like: "Like or unlike",
    reply: "Reply",
    write: "Write a post",
    search: "Search",
    help: "Show these shortcuts",
    nextPost: "Next post, in a list of posts",
    previousPost: "Previous post, in a list of posts",
    afterList: "After the list",
    beforeList: "Before the list",
  },
  problems: {
    unknown: "Something went wrong. Try again.",
    network: "NewFeed cannot be reached. Check your connection, then try again.",
    rateLimited: (wait: string) => `Too many requests. Try again in ${wait}.`,
    seconds: (count: number) => counted(count, { one: "# second", other: "# seconds" }),
    minutes: (count: number) => counted(count, { one: "# minute", other: "# minutes" }),
    server: "NewFeed cannot do this right now. Try again in a moment.",
  },
  /** What the server says in English: here as it is, in other languages by its code or type. */
  server: {
    problem: (_code: NewFeedError["code"], message: string) => message,
    field: (_name: string, message: string) => message,
    /** `who` did it last, as one of `count`. */
    notification: (_type: Notification["type"], _who: string, _count: number, message: string) => message,
  },
  passkeyProblems: {
    cancelled: "No passkey was used: it was cancelled, or took too long.",
    known: "This device already has a passkey for your account.",
    wrongAddress: "Passkeys do not work at this address.",
  },
};
