import { pages } from "@newfeed/shared/contracts/pages.ts";

/** The page of a tag. */
export const tagAddress = (tag: string): string => pages.tag.replace(":tag", encodeURIComponent(tag));

/** The page of a category. */
export const categoryAddress = (slug: string): string => pages.category.replace(":category", slug);
