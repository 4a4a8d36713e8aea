import * as z from "zod";

/** What the page that a post links to says of itself, as the server has read it. */
export const LinkCard = z
  .object({
    url: z.string(),
    title: z.string(),
    description: z.string().meta({ description: "Empty where the page does not say" }),
    siteName: z.string().meta({ description: "Empty where the page does not say" }),
  })
  .meta({ id: "LinkCard" });
export type LinkCard = z.infer<typeof LinkCard>;
