import { pages } from "@newfeed/shared/contracts/pages.ts";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ComponentType, lazy, Suspense, useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { noteNavigation } from "./components/page-heading.tsx";
import { Shell } from "./components/shell.tsx";
import { PostSkeletons } from "./components/skeletons.tsx";
import { Toasts } from "./components/toasts.tsx";
import { client, queryClient } from "./data/client.ts";
import { useObservable } from "./data/hooks.ts";
import { useSession } from "./data/session.ts";
import { viewer } from "./data/viewer.ts";
import { ExplorePage } from "./pages/explore.tsx";
import { HomePage } from "./pages/home.tsx";
import { useScrollMemory } from "./scroll-memory.ts";

type Page = ComponentType<Record<string, string>>;

/** A page that is loaded with the first visit to it. */
const later = <M,>(load: () => Promise<M>, pick: (module: M) => unknown) => lazy(async () => ({ default: pick(await load()) as Page }));

const signIn = () => import("./pages/sign-in.tsx");
const recovery = () => import("./pages/recovery.tsx");
const people = () => import("./pages/people.tsx");
const components: Record<keyof typeof pages, ComponentType> = {
  home: HomePage,
  explore: ExplorePage,
  login: later(signIn, (module) => module.LoginPage),
  signup: later(signIn, (module) => module.SignupPage),
  forgotPassword: later(recovery, (module) => module.ForgotPasswordPage),
  resetPassword: later(recovery, (module) => module.ResetPasswordPage),
  verifyEmail: later(recovery, (module) => module.VerifyEmailPage),
  notifications: later(
    () => import("./pages/notifications.tsx"),
    (module) => module.NotificationsPage,
  ),
  search: later(
    () => import("./pages/search.tsx"),
    (module) => module.SearchPage,
  ),
  settings: later(
    () => import("./pages/settings.tsx"),
    (module) => module.SettingsPage,
  ),
  post: later(
    () => import("./pages/post.tsx"),
    (module) => module.PostPage,
  ),
  profile: later(
    () => import("./pages/profile.tsx"),
    (module) => module.ProfilePage,
  ),
  followers: later(people, (module) => module.FollowersPage),
  following: later(people, (module) => module.FollowingPage),
};
const NotFound = later(
  () => import("./pages/not-found.tsx"),
  (module) => module.NotFoundPage,
);

const routes = (Object.keys(pages) as (keyof typeof pages)[]).map((name) => ({
  Component: components[name] as Page,
  form: new RegExp(`^${pages[name].replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`),
}));

function routeOf(path: string): { Component: Page; parameters: Record<string, string> } {
  for (const { Component, form } of routes) {
    const match = form.exec(path);
    if (match) return { Component, parameters: { ...match.groups } };
  }
  return { Component: NotFound, parameters: {} };
}

function Routed() {
  const [path] = useLocation();
  const first = useRef(path);
  if (path !== first.current) noteNavigation();
  useScrollMemory(path);
  const { Component, parameters } = routeOf(path);
  return (
    <Suspense fallback={<PostSkeletons count={3} />}>
      <Component key={path} {...parameters} />
    </Suspense>
  );
}

export function App() {
  useEffect(() => {
    // Where the server cannot be reached, the pages themselves say so and offer a retry.
    client.session.restore().catch(() => {});
  }, []);
  return (
    <QueryClientProvider client={queryClient}>
      <Everything />
    </QueryClientProvider>
  );
}

/** A session that was ended elsewhere leads to the page to sign in again, from every page. */
function useEnding(): void {
  const { status } = useSession();
  const [path, navigate] = useLocation();
  useEffect(() => {
    // A new password ends the session too, and its page says so.
    if (status === "ended" && path !== pages.login && path !== pages.resetPassword)
      navigate(`${pages.login}?next=${encodeURIComponent(path)}`, { replace: true });
  }, [status, path, navigate]);
}

function Everything() {
  useEnding();
  return (
    <>
      <Shell key={useObservable(viewer)}>
        <Routed />
      </Shell>
      <Toasts />
    </>
  );
}
