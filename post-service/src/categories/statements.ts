import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { int4, text, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { list } from "@newfeed/shared/store/list.ts";
import { publicPage, storedPost } from "../posts/statements.ts";

const category = { slug: text, name: text, position: int4 };
const columns = Object.keys(category).join(", ");

export const listCategories = statement({
  row: category,
  sql: `SELECT ${columns} FROM category ORDER BY position, name, slug LIMIT ${bounds.categories}`,
});
export const findCategory = statement({
  parameters: { slug: text },
  row: category,
  sql: ({ slug }) => `SELECT ${columns} FROM category WHERE slug = ${slug}`,
});

/** One that is made at the same time waits, so that there are never too many. */
export const lockCategories = statement({ sql: "SELECT FROM pg_advisory_xact_lock(hashtextextended('categories', 0))" });
/** Gives no row when the slug is taken, or there are enough. */
export const insertCategory = statement({
  parameters: category,
  row: category,
  sql: ({ slug, name, position }) =>
    `INSERT INTO category (${columns}) SELECT ${slug}, ${name}, ${position}
     WHERE (SELECT count(*) FROM (SELECT FROM category LIMIT ${bounds.categories}) made) < ${bounds.categories} ON CONFLICT DO NOTHING RETURNING ${columns}`,
});
/** Null leaves it as it is. */
export const updateCategory = statement({
  parameters: { slug: text, name: text.nullable, position: int4.nullable },
  row: category,
  sql: ({ slug, name, position }) =>
    `UPDATE category SET name = coalesce(${name}, name), position = coalesce(${position}, position) WHERE slug = ${slug} RETURNING ${columns}`,
});
export const deleteCategory = statement({
  parameters: { slug: text },
  row: { slug: text },
  sql: ({ slug }) => `DELETE FROM category WHERE slug = ${slug} RETURNING slug`,
});

export const listByCategory = list({
  parameters: { viewerId: userId.nullable, category: text },
  row: storedPost,
  sql: ({ viewerId, category }, reading) => publicPage(viewerId, reading, reading.within("p.category", category)),
});
