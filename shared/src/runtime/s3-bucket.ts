import * as z from "zod";
import type { S3Options } from "../cluster/s3.ts";

/** The variables of a bucket that keeps uploads: beside an endpoint, all are needed that have no default. */
export const s3Variables = {
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .optional(),
  S3_REGION: z.string().min(1).default("us-east-1"),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  S3_SIGNED_URLS: z.stringbool().default(false),
  S3_DIRECT_UPLOADS: z.stringbool().default(false),
};
interface Variables {
  S3_ENDPOINT?: string | undefined;
  S3_BUCKET?: string | undefined;
  S3_REGION: string;
  S3_ACCESS_KEY_ID?: string | undefined;
  S3_SECRET_ACCESS_KEY?: string | undefined;
  S3_SIGNED_URLS: boolean;
  S3_DIRECT_UPLOADS: boolean;
}

/** Null without an endpoint. Throws the name of a variable that is missing beside it. */
export function s3BucketOf(env: Variables, missing: (name: keyof Variables, beside: keyof Variables) => Error): S3Options | null {
  if (!env.S3_ENDPOINT) return null;
  const given = (name: "S3_BUCKET" | "S3_ACCESS_KEY_ID" | "S3_SECRET_ACCESS_KEY") => {
    const value = env[name];
    if (value === undefined) throw missing(name, "S3_ENDPOINT");
    return value;
  };
  return {
    endpoint: env.S3_ENDPOINT,
    bucket: given("S3_BUCKET"),
    region: env.S3_REGION,
    accessKeyId: given("S3_ACCESS_KEY_ID"),
    secretAccessKey: given("S3_SECRET_ACCESS_KEY"),
    signedUrls: env.S3_SIGNED_URLS,
    directUploads: env.S3_DIRECT_UPLOADS,
  };
}
