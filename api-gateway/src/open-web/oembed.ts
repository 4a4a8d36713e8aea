import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import { postRoutes } from "@newfeed/shared/contracts/routes/posts.ts";
import { userRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import { html } from "../readable/html.ts";
import { nameOf, profileOf, summaryOf } from "../readable/page.ts";
import { shownAt } from "../readable/read.ts";

/** The part of oEmbed 1.0 (https://oembed.com) that NewFeed answers: a link with its title and author. No page may frame ours. */
interface Embed {
  version: "1.0";
  type: "link";
  title: string;
  author_name: string;
  author_url: string;
  provider_name: "NewFeed";
  provider_url: string;
  thumbnail_url?: string;
  thumbnail_width?: number;
  thumbnail_height?: number;
}

/** What an address of a public post or a profile shows. Throws `not_found` for any other. */
export async function embedOf(address: string, { origin, language, call }: { origin: string; language: Language; call: ServiceClient }): Promise<Embed> {
  const url = URL.canParse(address) ? new URL(address) : null;
  const shown = url?.origin === origin ? shownAt(url.pathname) : null;
  if (!shown) throw new Problem("not_found");
  const common = { version: "1.0", type: "link", provider_name: "NewFeed", provider_url: origin } as const;
  const by = (author: Parameters<typeof nameOf>[0]) => ({ author_name: nameOf(author), author_url: new URL(profileOf(author), origin).href });
  if ("username" in shown) {
    const user = await call(userRoutes.userByUsername, { params: shown });
    return { ...common, title: nameOf(user), ...by(user) };
  }
  const post = await call(postRoutes.getPost, { params: shown });
  const isCovered = post.sensitive || post.contentWarning !== null;
  const picture = isCovered ? undefined : post.media.find(({ kind }) => kind === "image");
  return {
    ...common,
    title: (post.contentWarning ? null : post.title) ?? summaryOf(post, language),
    ...by(post.author),
    ...(picture?.width &&
      picture.height && {
        thumbnail_url: new URL(picture.url, origin).href,
        thumbnail_width: picture.width,
        thumbnail_height: picture.height,
      }),
  };
}

export const embedAsXml = (embed: Embed): string =>
  html`<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<oembed>${Object.entries(embed).map(([name, value]) => [{ html: `<${name}>` }, value as string | number, { html: `</${name}>` }])}</oembed>
`.html;
