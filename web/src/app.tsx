// First of all, in the same file as the components whose styles refine them: the order of styles is that of the files.
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/plain.css";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ComponentType, Fragment, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { LastFeed } from "./components/last-feed.tsx";
import { Guarded, later } from "./components/later.tsx";
import { noteNavigation } from "./components/page-heading.tsx";
import { Shell } from "./components/shell.tsx";
import { Shortcuts } from "./components/shortcuts.tsx";
import { PostSkeletons } from "./components/skeletons.tsx";
import { Toasts } from "./components/toasts.tsx";
import { queryClient } from "./data/client.ts";
import { useObservable } from "./data/hooks.ts";
import { whenIdle } from "./data/idle.ts";
import { isAway, restoreSession, tryAgain } from "./data/restore.ts";
import { useSession } from "./data/session.ts";
import { viewer } from "./data/viewer.ts";
import { startWorker } from "./data/worker.ts";
import { ExplorePage } from "./pages/explore.tsx";
import { HomePage } from "./pages/home.tsx";
import { useScrollMemory } from "./scroll-memory.ts";
import { useLanguage } from "./texts/texts.ts";

type Page = ComponentType<Record<string, string>>;

const page = (load: () => Promise<unknown>): Page => later(load as () => Promise<Page>, { waiting: <PostSkeletons count={3} /> });
const small = () => import("./pages/small.ts");
/** By itself: a link from elsewhere mostly leads to a post. */
const post = () => import("./pages/post.tsx");
const recovery = () => import("./pages/recovery.tsx");
const components: Record<keyof typeof pages, ComponentType> = {
  home: HomePage,
  explore: ExplorePage,
  login: page(async () => (await small()).LoginPage),
  signup: page(async () => (await small()).SignupPage),
  forgotPassword: page(async () => (await recovery()).ForgotPasswordPage),
  resetPassword: page(async () => (await recovery()).ResetPasswordPage),
  verifyEmail: page(async () => (await recovery()).VerifyEmailPage),
  unsubscribe: page(async () => (await recovery()).UnsubscribePage),
  notifications: page(async () => (await small()).NotificationsPage),
  search: page(async () => (await small()).SearchPage),
  settings: page(async () => (await import("./pages/settings.tsx")).SettingsPage),
  bookmarks: page(async () => (await small()).BookmarksPage),
  likes: page(async () => (await small()).LikesPage),
  unpublished: page(async () => (await import("./pages/unpublished.tsx")).UnpublishedPage),
  moderation: page(async () => (await import("./pages/moderation.tsx")).ModerationPage),
  admin: page(async () => (await import("./pages/admin.tsx")).AdminPage),
  rules: page(async () => (await import("./pages/rules.tsx")).RulesPage),
  post: page(async () => (await post()).PostPage),
  comment: page(async () => (await post()).CommentPage),
  tag: page(async () => (await small()).TagPage),
  category: page(async () => (await small()).CategoryPage),
  profile: page(async () => (await small()).ProfilePage),
  followers: page(async () => (await small()).FollowersPage),
  following: page(async () => (await small()).FollowingPage),
};
/** Nobody waits for them: without a network there are none. */
const UserCards = later(async () => (await small()).UserCards, { failed: () => null });
const NotFound = page(async () => (await small()).NotFoundPage);

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
  useLayoutEffect(() => {
    // Before the effect with which a heading takes the focus.
    if (path !== first.current) noteNavigation();
  }, [path]);
  useScrollMemory(path);
  const { Component, parameters } = routeOf(path);
  return (
    <Guarded key={path}>
      <Component {...parameters} />
    </Guarded>
  );
}

export function App() {
  useEffect(() => {
    void restoreSession();
    // What cannot be fetched now is fetched when it is shown.
    whenIdle(() => {
      for (const fetched of [small(), post()]) fetched.catch(() => {});
      // Without it, the page needs the network to open.
      startWorker().catch(() => {});
    });
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

/** When the page appears in another language, the reader stays where they are, with the focus on the same element. */
function useKeptPlace(language: string): void {
  const place = useRef({ focused: "", top: 0 });
  const shown = useRef(language);
  place.current = { focused: document.activeElement?.id ?? "", top: scrollY };
  // After the headings, which take the focus on a new page.
  useEffect(() => {
    if (shown.current === language) return;
    shown.current = language;
    const { focused, top } = place.current;
    document.getElementById(focused)?.focus({ preventScroll: true });
    scrollTo(0, top);
  }, [language]);
}

function Everything() {
  useEnding();
  const away = useObservable(isAway);
  const [path] = useLocation();
  const language = useLanguage();
  const seenBy = useObservable(viewer);
  useKeptPlace(language);
  const [isIdle, setIdle] = useState(false);
  useEffect(() => whenIdle(() => setIdle(true)), []);
  return (
    // Texts are read while something renders: in another language, all of it is new.
    <Fragment key={language}>
      <Shell key={seenBy}>{away ? <LastFeed path={path} retry={tryAgain} /> : <Routed />}</Shell>
      <Shortcuts />
      {isIdle && <UserCards />}
      <Toasts />
    </Fragment>
  );
}
