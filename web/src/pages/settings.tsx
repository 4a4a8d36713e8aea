import type { Device } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { Download, Laptop, LogOut, Smartphone, Trash2 } from "lucide-react";
import { useState } from "react";
import { Confirm, FormDialog } from "../components/dialogs.tsx";
import { PageHeading } from "../components/page-heading.tsx";
import { RequireSession } from "../components/require-session.tsx";
import { ApiTokens } from "../components/settings/api-tokens.tsx";
import { Appearance } from "../components/settings/appearance.tsx";
import { Blocked } from "../components/settings/blocked.tsx";
import { ContentFilters } from "../components/settings/content-filters.tsx";
import { ExternalLogins } from "../components/settings/external-logins.tsx";
import { Interactions } from "../components/settings/interactions.tsx";
import { Passkeys } from "../components/settings/passkeys.tsx";
import { Privacy } from "../components/settings/privacy.tsx";
import { Region } from "../components/settings/region.tsx";
import { Registration } from "../components/settings/registration.tsx";
import { SecondFactor } from "../components/settings/second-factor.tsx";
import { SignInData } from "../components/settings/sign-in-data.tsx";
import { RowSkeletons } from "../components/skeletons.tsx";
import { Failed } from "../components/states.tsx";
import { dayAndTime, Time } from "../components/time.tsx";
import { say, showProblem } from "../components/toasts.tsx";
import { hasUploads, removeUploads } from "../components/uploads.ts";
import { client, queryClient } from "../data/client.ts";
import { forgetDrafts, hasDrafts } from "../data/drafts.ts";
import { keys } from "../data/keys.ts";
import { useMe } from "../data/session.ts";
import "./settings.css";

export const SettingsPage = () => (
  <RequireSession>
    <Settings />
  </RequireSession>
);

function Settings() {
  const me = useMe();
  const [leaving, setLeaving] = useState(false);
  const [signingOut, setSigningOut] = useState(false);
  const [exporting, setExporting] = useState(false);

  // Nothing of an account stays on a device that its user has left.
  function signOut() {
    if (me) {
      removeUploads(me.id);
      forgetDrafts(me.id);
    }
    void client.session.signOut().catch(() => {});
  }
  async function download() {
    setExporting(true);
    try {
      const text = JSON.stringify(await client.users.exportMe(), null, 2);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      link.download = `newfeed-${me?.username}.json`;
      link.click();
      URL.revokeObjectURL(link.href);
      say("Your data has been downloaded.");
    } catch (error) {
      showProblem("Your data could not be exported.", error);
    } finally {
      setExporting(false);
    }
  }

  return (
    <>
      <PageHeading title="Settings" />
      <div className="settings">
        <section className="card settings__part" aria-labelledby="account">
          <h2 id="account">Account</h2>
          <dl className="settings__facts">
            <div>
              <dt>Username</dt>
              <dd>@{me?.username}</dd>
            </div>
            <div>
              <dt>E-mail</dt>
              <dd>{me?.email}</dd>
            </div>
            {me && (
              <div>
                <dt>Member since</dt>
                <dd>{dayAndTime(me.createdAt)}</dd>
              </div>
            )}
          </dl>
          <button
            type="button"
            className="button button--quiet"
            onClick={() => (me && (hasDrafts(me.id) || hasUploads(me.id)) ? setSigningOut(true) : signOut())}
          >
            <LogOut size={17} aria-hidden />
            Sign out
          </button>
        </section>
        <SignInData />
        <ExternalLogins />
        <Passkeys />
        <SecondFactor />
        <Appearance />
        <Region />
        <Privacy />
        <Interactions />
        <ContentFilters />
        <Blocked />
        <Devices />
        <ApiTokens />
        <Registration />
        <section className="card settings__part" aria-labelledby="data">
          <h2 id="data">Your data</h2>
          <p>Everything that NewFeed stores about you, as a JSON file.</p>
          <button type="button" className="button button--quiet" disabled={exporting} onClick={() => void download()}>
            <Download size={17} aria-hidden />
            {exporting ? "Preparing …" : "Download my data"}
          </button>
        </section>
        <section className="card settings__part" aria-labelledby="leave">
          <h2 id="leave">Delete account</h2>
          <p>Deletes your account with all its posts, comments, likes and uploads. This cannot be undone.</p>
          <button type="button" className="button button--danger" onClick={() => setLeaving(true)}>
            <Trash2 size={17} aria-hidden />
            Delete my account
          </button>
        </section>
      </div>
      {signingOut && (
        <Confirm
          title="Sign out?"
          text="What you have written and not sent is removed from this device."
          action="Sign out"
          onConfirm={signOut}
          onClose={() => setSigningOut(false)}
        />
      )}
      {leaving && (
        <FormDialog
          title="Delete your account?"
          text="Your posts, comments, likes and uploads are deleted too. This cannot be undone."
          action="Delete account"
          danger
          onClose={() => setLeaving(false)}
          onSubmit={async () => {
            await client.session.deleteAccount();
            if (me) forgetDrafts(me.id);
            say("Your account has been deleted.");
          }}
        />
      )}
    </>
  );
}

/** A browser's name in words, from its user agent. */
export function nameOf(userAgent: string): string {
  const browser = /Edg\//.test(userAgent)
    ? "Edge"
    : /Firefox\//.test(userAgent)
      ? "Firefox"
      : /Chrome\//.test(userAgent)
        ? "Chrome"
        : /Safari\//.test(userAgent)
          ? "Safari"
          : null;
  // Android's user agent contains Linux too, and those of iPads and iPhones Mac OS X.
  const system = ["Windows", "Android", "iPhone", "iPad", "Mac OS X", "Linux"].find((name) => userAgent.includes(name))?.replace("Mac OS X", "macOS");
  if (browser) return system ? `${browser} on ${system}` : browser;
  return userAgent.slice(0, 40) || "Unknown device";
}

function Devices() {
  const {
    data: devices,
    error,
    isPending,
    refetch,
  } = useQuery({ queryKey: keys.devices, queryFn: ({ signal }) => client.session.list({ signal }), staleTime: 0 });
  async function signOut(device: Device) {
    const others = devices?.filter(({ id }) => id !== device.id);
    queryClient.setQueryData(keys.devices, others);
    try {
      await client.session.revoke(device.id);
      say(`${nameOf(device.userAgent)} has been signed out.`);
    } catch (problem) {
      queryClient.setQueryData(keys.devices, devices);
      showProblem("The device could not be signed out.", problem);
    }
  }
  async function signOutOthers() {
    try {
      await client.session.endOthers();
      queryClient.setQueryData(
        keys.devices,
        devices?.filter(({ current }) => current),
      );
      say("You are signed out everywhere else.");
    } catch (problem) {
      showProblem("The other devices could not be signed out.", problem);
    }
  }
  return (
    <section className="card settings__part" aria-labelledby="devices">
      <h2 id="devices">Where you are signed in</h2>
      {error && !devices ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowSkeletons count={2} label="Loading devices" />
      ) : (
        <ul className="devices">
          {devices?.map((device) => (
            <li key={device.id} className="device">
              {/iPhone|Android/.test(device.userAgent) ? <Smartphone size={22} aria-hidden /> : <Laptop size={22} aria-hidden />}
              <span className="device__words">
                <b>{nameOf(device.userAgent)}</b>
                <span>
                  {device.address} · last used <Time at={device.lastUsedAt} />
                </span>
              </span>
              {device.current ? (
                <span className="device__here">This device</span>
              ) : (
                <button
                  type="button"
                  className="button button--quiet button--small"
                  aria-label={`Sign out ${nameOf(device.userAgent)}`}
                  onClick={() => void signOut(device)}
                >
                  Sign out
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {devices && devices.length > 1 && (
        <button type="button" className="button button--quiet" onClick={() => void signOutOthers()}>
          <LogOut size={17} aria-hidden />
          Sign out everywhere else
        </button>
      )}
    </section>
  );
}
