import { mediaRoutes } from "@newfeed/shared/contracts/routes/media.ts";
import { resultOf } from "./results.ts";
import { noPage } from "./user-resolvers.ts";

type ById = { id: string };

export const mediaQueries = {
  media: resultOf(async ({ id }: ById, { call }) => ({ media: await call(mediaRoutes.getMedia, { params: { id } }) })),
  userMedia: resultOf(
    async ({ userId: id, ...query }: { userId: string; limit?: number | null; cursor?: string | null }, { call }) => {
      const { data, pageInfo } = await call(mediaRoutes.listUserMedia, { params: { id }, query });
      return { media: data, pageInfo };
    },
    { media: [], pageInfo: noPage },
  ),
};

export const mediaMutations = {
  deleteMedia: resultOf(async ({ id }: ById, { call }) => {
    await call(mediaRoutes.deleteMedia, { params: { id } });
    return { message: "The upload is deleted." };
  }),
};
