import * as z from "zod";
import { Post, Trend } from "../dto.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "query-service", tag: "Discovery" } as const;

export const discoveryRoutes = defineRoutes(common, {
  popularPosts: {
    method: "get",
    path: "/api/v1/posts/popular",
    summary: "Public posts that most people like and comment, those of today or of the week; newer likes and comments weigh more",
    access: "anyone",
    query: z.strictObject({
      window: z.enum(["day", "week"]).default("day").meta({ description: "What was liked and commented in the last 24 hours, or 7 days" }),
      limit: z.coerce.number().int().min(1).max(10).default(10),
    }),
    response: z.object({ data: z.array(Post) }).meta({ id: "PopularPosts", description: "The most popular first" }),
  },
  trends: {
    method: "get",
    path: "/api/v1/trends",
    summary: "Tags that most people use in public posts of the last 24 hours; newer ones weigh more",
    access: "anyone",
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(20).default(10) }),
    response: z.object({ data: z.array(Trend) }).meta({ id: "Trends", description: "The most talked of first, each by three people at least" }),
  },
});
