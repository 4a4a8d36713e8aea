import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { languageOf } from "@newfeed/shared/contracts/languages.ts";
import { postRoutes } from "@newfeed/shared/contracts/routes/posts.ts";
import { postInternalRoutes } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import { userRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import type { Express, Request, Response } from "express";
import * as z from "zod";
import { etagOf } from "../etag.ts";
import { feedFormats, isFeedFormat } from "./addresses.ts";
import { feedOf } from "./feeds.ts";
import { embedAsXml, embedOf } from "./oembed.ts";
import { sitemapIndex, sitemapOfDay } from "./sitemaps.ts";

/** Posts in a feed. */
const inFeed = 20;
/** A day's sitemap costs what as many pages of a list do: it has as many posts. */
const sitemapPoints = 20;

export interface OpenWebOptions {
  origin: string;
  /** Takes so many points of the visitor who asks. */
  pay(request: Request, response: Response, points: number): Promise<void>;
  /** Asks services as a visitor, whether the client is signed in or not: an answer is the same for all. */
  callAsVisitor(request: Request): ServiceClient;
  /** Asks what only services are told. */
  callService: ServiceClient;
}

const EmbedQuery = z.object({ url: z.string().min(1).max(2_000), format: z.enum(["json", "xml"]).default("json") });
const Day = z.iso.date();

/** What other sites and programs read of a feed: RSS, Atom and JSON feeds of all and of each user, sitemaps, and oEmbed. */
export function openWebRoutes(app: Express, { origin, pay, callAsVisitor, callService }: OpenWebOptions): void {
  /** Kept, and asked for again each time: what is deleted is gone with the next look. Shared caches may spare us the same question within a second. */
  function send(response: Response, type: string, text: string): void {
    response.setHeader("cache-control", "public, max-age=0, must-revalidate, s-maxage=1");
    response.setHeader("etag", etagOf(text));
    response.type(type).send(text);
  }

  app.get(["/feed.:format", "/@:username/feed.:format"], async (request, response, next) => {
    const { format = "", username } = request.params as { format?: string; username?: string };
    if (!isFeedFormat(format)) return next();
    await pay(request, response, 1);
    const call = callAsVisitor(request);
    const language = languageOf(request.headers["accept-language"]);
    const named = username === undefined ? null : userRoutes.userByUsername.params.safeParse({ username });
    if (named?.success === false) throw new Problem("not_found");
    const user = named && (await call(userRoutes.userByUsername, { params: named.data }));
    const { data } = await (user
      ? call(postRoutes.listUserPosts, { params: { id: user.id }, query: { limit: inFeed } })
      : call(postRoutes.listPosts, { query: { limit: inFeed } }));
    response.vary("accept-language");
    send(response, `${feedFormats[format]}; charset=utf-8`, await feedOf({ format, language, origin, user, posts: data }));
  });

  app.get("/sitemap.xml", async (request, response) => {
    await pay(request, response, 1);
    const { at } = await callService(postInternalRoutes.firstPublic, {});
    const now = new Date();
    send(response, "application/xml", sitemapIndex(origin, at === null ? now : new Date(at), now));
  });
  app.get("/sitemaps/:day.xml", async (request, response, next) => {
    const day = Day.safeParse(request.params.day);
    if (!day.success) return next();
    await pay(request, response, sitemapPoints);
    const { posts } = await callService(postInternalRoutes.publicDay, { query: { day: day.data } });
    send(response, "application/xml", sitemapOfDay(origin, posts));
  });

  app.get("/oembed", async (request, response) => {
    await pay(request, response, 1);
    const query = EmbedQuery.safeParse(request.query);
    if (!query.success) throw invalidField(String(query.error.issues[0]?.path[0] ?? "url"), "is not valid");
    const language = languageOf(request.headers["accept-language"]);
    response.vary("accept-language");
    const embed = await embedOf(query.data.url, { origin, language, call: callAsVisitor(request) });
    if (query.data.format === "xml") send(response, "text/xml", embedAsXml(embed));
    else send(response, "application/json", JSON.stringify(embed));
  });
}
