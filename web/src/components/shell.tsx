import { pages } from "@newfeed/shared/contracts/pages.ts";
import { Bell, Bookmark, Compass, Home, PenLine, Search, Settings, User } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { Link, useLocation } from "wouter";
import { useCounts } from "../data/notifications.ts";
import { usePreferences } from "../data/preferences.ts";
import { useMe, useSession } from "../data/session.ts";
import { useLiveInbox } from "../live/inbox.ts";
import { scrollToTop } from "../scroll-memory.ts";
import { isWriting } from "../shortcuts.ts";
import { Avatar } from "./avatar.tsx";
import { Brand } from "./brand.tsx";
import { Connection } from "./connection.tsx";
import { useIsWide } from "./is-wide.ts";
import { later } from "./later.tsx";
import { Handle, Name } from "./name.tsx";
import { setCountInTitle } from "./title.ts";
import { VerifyNotice } from "./verify-notice.tsx";
import "../styles/shell.css";
import { t } from "../texts/texts.ts";

const Aside = later(async () => (await import("./aside.tsx")).Aside);

/** What stands around every page. */
export function Shell({ children }: { children: ReactNode }) {
  const { status } = useSession();
  const me = useMe();
  const { unseenCount: unseen } = useCounts(me !== null);
  const isWide = useIsWide();
  usePreferences();
  useLiveInbox(me?.id);
  useEffect(() => setCountInTitle(unseen), [unseen]);
  return (
    <>
      <a className="skip-link" href="#main">
        {t.shell.skip}
      </a>
      <div className="shell">
        <header className="topbar">
          <Link href="/" className="brand" aria-label={t.shell.brand}>
            <Brand />
          </Link>
          {/* Its text grows towards the end of the bar: nothing moves. */}
          {me && !isWide && <Connection />}
          <div className="topbar__end">
            {me ? (
              <Link href={pages.settings} className="icon-button" aria-label={t.shell.settings}>
                <Settings size={21} aria-hidden />
              </Link>
            ) : (
              status !== "unknown" && <VisitorLinks />
            )}
          </div>
        </header>
        <nav className="rail" aria-label={t.shell.navigation}>
          <Link href="/" className="brand rail__only" aria-label={t.shell.brand}>
            <Brand />
          </Link>
          <div className="nav">
            <Item href={pages.home} label={t.shell.home} icon={<Home size={23} aria-hidden />} />
            {me && <Item href={pages.explore} label={t.shell.explore} icon={<Compass size={23} aria-hidden />} />}
            <Item href={pages.search} label={t.shell.search} icon={<Search size={23} aria-hidden />} />
            {me && <Item href={pages.notifications} label={t.shell.notifications} icon={<Bell size={23} aria-hidden />} badge={unseen} />}
            {me && <Item href={`/@${me.username}`} label={t.shell.profile} icon={<User size={23} aria-hidden />} />}
            {me && <Item href={pages.bookmarks} label={t.shell.bookmarks} icon={<Bookmark size={23} aria-hidden />} className="rail__only" />}
            {me && <Item href={pages.settings} label={t.shell.settings} icon={<Settings size={23} aria-hidden />} className="rail__only" />}
          </div>
          {me && (
            <button type="button" className="button write" onClick={() => isWriting.set(true)}>
              <PenLine size={20} aria-hidden />
              <span className="write__label">{t.shell.newPost}</span>
            </button>
          )}
          <div className="rail__end">
            {isWide && <Connection />}
            {me && (
              <Link href={`/@${me.username}`} className="me">
                <Avatar of={me} size="s" />
                <span className="me__names">
                  <b>
                    <Name of={me} />
                  </b>
                  <Handle of={me} />
                </span>
              </Link>
            )}
          </div>
        </nav>
        <main id="main" className="main" tabIndex={-1}>
          {me?.mustVerifyEmail && <VerifyNotice email={me.email} />}
          {children}
        </main>
        {isWide && (
          <aside className="aside" aria-label={t.shell.people}>
            <Aside />
          </aside>
        )}
      </div>
    </>
  );
}

function VisitorLinks() {
  return (
    <>
      <Link href={pages.login} className="button button--quiet button--small">
        {t.shell.signIn}
      </Link>
      <Link href={pages.signup} className="button button--small">
        {t.shell.signUp}
      </Link>
    </>
  );
}

interface ItemProps {
  href: string;
  label: string;
  icon: ReactNode;
  badge?: number;
  className?: string;
}

function Item({ href, label, icon, badge = 0, className = "" }: ItemProps) {
  const [location] = useLocation();
  const isHere = location === href;
  return (
    <Link href={href} className={`nav__item ${className}`} aria-current={isHere ? "page" : undefined} onClick={() => isHere && scrollToTop()}>
      <span className="nav__icon">
        {icon}
        {badge > 0 && (
          <span className="badge" aria-hidden="true" data-testid="unread">
            {badge > 99 ? "99+" : badge}
          </span>
        )}
      </span>
      <span className="nav__label">{label}</span>
      {badge > 0 && <span className="visually-hidden">{t.shell.new(badge)}</span>}
    </Link>
  );
}
