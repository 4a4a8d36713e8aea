import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Subject } from "@newfeed/shared/contracts/routes/media.ts";
import { postInternalRoutes } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import { userInternalRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import type { VisibleSubjects } from "./media.ts";

/** Asks post-service for all posts in one call, and user-service for a profile, that of the uploads' owner. Throws their problems. */
export function createVisibleSubjects(callService: ServiceClient): VisibleSubjects {
  async function visiblePosts(viewer: UserId | null, subjects: readonly Subject[]): Promise<Subject[]> {
    const postIds = [...new Set(subjects.flatMap((subject) => (subject.kind === "post" ? [subject.id] : [])))];
    if (postIds.length === 0) return [];
    const { posts } = await callService(postInternalRoutes.access, { body: { viewer, postIds } });
    return posts.map(({ id }) => ({ kind: "post", id }));
  }
  async function visibleProfile(viewer: UserId | null, id: UserId): Promise<Subject[]> {
    try {
      await callService(userInternalRoutes.visibleUser, { params: { id }, query: { viewer: viewer ?? undefined } });
      return [{ kind: "profile", id }];
    } catch (error) {
      if (error instanceof Problem && error.code === "not_found") return [];
      throw error;
    }
  }
  return async (viewer, subjects) => {
    const owners = new Set(subjects.flatMap((subject) => (subject.kind === "profile" ? [subject.id] : [])));
    return (await Promise.all([visiblePosts(viewer, subjects), ...[...owners].map((id) => visibleProfile(viewer, id))])).flat();
  };
}
