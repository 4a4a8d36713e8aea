/** The pages that are fetched together, after the first paint: so they open without a wait, also while the server is away. */

export { UserCards } from "../components/user-cards.tsx";
export { CategoryPage } from "./category.tsx";
export { BookmarksPage, LikesPage } from "./kept.tsx";
export { NotFoundPage } from "./not-found.tsx";
export { NotificationsPage } from "./notifications.tsx";
export { FollowersPage, FollowingPage } from "./people.tsx";
export { PopularPosts } from "./popular.tsx";
export { ProfilePage } from "./profile.tsx";
export { SearchPage } from "./search.tsx";
export { LoginPage, SignupPage } from "./sign-in.tsx";
export { TagPage } from "./tag.tsx";
