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
import { CategorySettings } from "../components/settings/categories.tsx";
import { ContentFilters } from "../components/settings/content-filters.tsx";
import { ExternalLogins } from "../components/settings/external-logins.tsx";
import { Interactions } from "../components/settings/interactions.tsx";
import { Muted } from "../components/settings/muted.tsx";
import { MutedConversations } from "../components/settings/muted-conversations.tsx";
import { NotificationSettings } from "../components/settings/notifications.tsx";
import { Passkeys } from "../components/settings/passkeys.tsx";
import { Privacy } from "../components/settings/privacy.tsx";
import { Push } from "../components/settings/push.tsx";
import { Region } from "../components/settings/region.tsx";
import { Registration } from "../components/settings/registration.tsx";
import { LastUsed, Row, RowButton } from "../components/settings/rows.tsx";
import { SecondFactor } from "../components/settings/second-factor.tsx";
import { SignInData } from "../components/settings/sign-in-data.tsx";
import { RowSkeletons } from "../components/skeletons.tsx";
import { Failed } from "../components/states.tsx";
import { useDates } from "../components/time.tsx";
import { say, showProblem } from "../components/toasts.tsx";
import { accountHasUploads, removeUploads } from "../components/uploads.ts";
import { client, queryClient } from "../data/client.ts";
import { forgetDrafts, hasDrafts } from "../data/drafts.ts";
import { keys } from "../data/keys.ts";
import { forgetSearches } from "../data/recent-searches.ts";
import { useMe } from "../data/session.ts";
import "./settings.css";
import { deviceOf } from "../components/device-name.ts";
import { t } from "../texts/account.ts";

export const SettingsPage = () => (
  <RequireSession>
    <Settings />
  </RequireSession>
);

function Settings() {
  const me = useMe();
  const { dayAndTime } = useDates();
  const [leaving, setLeaving] = useState(false);
  const [signingOut, setSigningOut] = useState(false);
  const [exporting, setExporting] = useState(false);

  // Nothing of an account stays on a device that its user has left.
  function signOut() {
    if (me) {
      removeUploads(me.id);
      forgetDrafts(me.id);
      forgetSearches(me.id);
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
      say(t.settings.downloaded);
    } catch (error) {
      showProblem(t.settings.exportFailed, error);
    } finally {
      setExporting(false);
    }
  }

  return (
    <>
      <PageHeading title={t.shell.settings} />
      <div className="settings">
        <section className="card settings__part" aria-labelledby="account">
          <h2 id="account">{t.settings.account}</h2>
          <dl className="settings__facts">
            <div>
              <dt>{t.settings.username}</dt>
              <dd dir="ltr">@{me?.username}</dd>
            </div>
            <div>
              <dt>{t.settings.email}</dt>
              <dd>{me?.email}</dd>
            </div>
            {me && (
              <div>
                <dt>{t.settings.memberSince}</dt>
                <dd>{dayAndTime(me.createdAt)}</dd>
              </div>
            )}
          </dl>
          <button
            type="button"
            className="button button--quiet"
            onClick={() => (me && (hasDrafts(me.id) || accountHasUploads(me.id)) ? setSigningOut(true) : signOut())}
          >
            <LogOut size={17} aria-hidden />
            {t.settings.signOut}
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
        <NotificationSettings />
        <Push device={deviceOf(navigator.userAgent)} />
        <ContentFilters />
        <Muted />
        <MutedConversations />
        <Blocked />
        <Devices />
        <ApiTokens />
        <Registration />
        <CategorySettings />
        <section className="card settings__part" aria-labelledby="data">
          <h2 id="data">{t.settings.data}</h2>
          <p>{t.settings.dataText}</p>
          <button type="button" className="button button--quiet" disabled={exporting} onClick={() => void download()}>
            <Download size={17} aria-hidden />
            {exporting ? t.settings.preparing : t.settings.download}
          </button>
        </section>
        <section className="card settings__part" aria-labelledby="leave">
          <h2 id="leave">{t.settings.leave}</h2>
          <p>{t.settings.leaveText}</p>
          <button type="button" className="button button--danger" onClick={() => setLeaving(true)}>
            <Trash2 size={17} aria-hidden />
            {t.settings.leaveButton}
          </button>
        </section>
      </div>
      {signingOut && (
        <Confirm
          title={t.settings.signOutTitle}
          text={t.settings.signOutText}
          action={t.settings.signOut}
          onConfirm={signOut}
          onClose={() => setSigningOut(false)}
        />
      )}
      {leaving && (
        <FormDialog
          title={t.settings.leaveTitle}
          text={t.settings.leaveWarning}
          action={t.settings.leave}
          danger
          onClose={() => setLeaving(false)}
          onSubmit={async () => {
            await client.session.deleteAccount();
            if (me) {
              forgetDrafts(me.id);
              forgetSearches(me.id);
            }
            say(t.settings.left);
          }}
        />
      )}
    </>
  );
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
      say(t.devices.signedOut(deviceOf(device.userAgent)));
    } catch (problem) {
      queryClient.setQueryData(keys.devices, devices);
      showProblem(t.devices.signOutFailed, problem);
    }
  }
  async function signOutOthers() {
    try {
      await client.session.endOthers();
      queryClient.setQueryData(
        keys.devices,
        devices?.filter(({ current }) => current),
      );
      say(t.devices.othersSignedOut);
    } catch (problem) {
      showProblem(t.devices.othersFailed, problem);
    }
  }
  return (
    <section className="card settings__part" aria-labelledby="devices">
      <h2 id="devices">{t.devices.title}</h2>
      {error && !devices ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowSkeletons count={2} label={t.devices.loading} />
      ) : (
        <ul className="devices">
          {devices?.map((device) => (
            <Row
              key={device.id}
              icon={/iPhone|Android/.test(device.userAgent) ? <Smartphone size={22} aria-hidden /> : <Laptop size={22} aria-hidden />}
              name={deviceOf(device.userAgent)}
              about={
                <>
                  {device.address} · <LastUsed at={device.lastUsedAt} />
                </>
              }
            >
              {device.current ? (
                <span className="device__here">{t.devices.here}</span>
              ) : (
                <RowButton label={t.devices.signOut(deviceOf(device.userAgent))} onClick={() => void signOut(device)}>
                  {t.settings.signOut}
                </RowButton>
              )}
            </Row>
          ))}
        </ul>
      )}
      {devices && devices.length > 1 && (
        <button type="button" className="button button--quiet" onClick={() => void signOutOthers()}>
          <LogOut size={17} aria-hidden />
          {t.devices.signOutOthers}
        </button>
      )}
    </section>
  );
}
