import type { ProviderName } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { useEffect, useState } from "react";
import { client } from "../../data/client.ts";
import { refetchExternalLogins, useExternalLogins } from "../../data/external-logins.ts";
import { broughtBack, describeFailure } from "../../data/external-sign-in.ts";
import { useSignInOptions } from "../../data/session.ts";
import { t } from "../../texts/account.ts";
import { FormDialog } from "../dialogs.tsx";
import { say } from "../toasts.tsx";
import { Row, RowButton } from "./rows.tsx";

interface Asked {
  name: string;
  label: string;
  isLinked: boolean;
}

/** The accounts elsewhere that sign in to this one. */
export function ExternalLogins() {
  const providers = useSignInOptions()?.providers ?? [];
  const { data } = useExternalLogins();
  const [asked, setAsked] = useState<Asked | null>(null);
  useEffect(() => {
    const [linked, failure] = [broughtBack("linked"), broughtBack("error")];
    if (linked === null && failure === null) return;
    history.replaceState(history.state, "", location.pathname);
    say(failure === null ? t.externalLogins.linked : describeFailure(failure));
  }, []);
  // Those that are linked can be unlinked when they are no longer offered, too.
  const logins = data?.logins ?? [];
  const others = logins
    .filter(({ provider }) => !providers.some(({ name }) => name === provider))
    .map(({ provider }) => ({ name: provider, label: provider === "identity" ? t.externalLogins.anotherApp : provider }));
  const all = [...providers, ...others];
  if (all.length === 0) return null;

  async function change({ name, label, isLinked }: Asked) {
    const provider = name as ProviderName;
    if (!isLinked) return location.assign(await client.externalLogins.link(provider, `${location.origin}${pages.settings}`));
    await client.externalLogins.unlink(provider);
    refetchExternalLogins();
    say(t.externalLogins.unlinked(label));
  }

  return (
    <section className="card settings__part" aria-labelledby="external-logins">
      <h2 id="external-logins">{t.externalLogins.title}</h2>
      {data && !data.hasPassword && <p>{t.externalLogins.noPassword}</p>}
      <ul className="devices">
        {all.map(({ name, label }) => {
          const login = logins.find(({ provider }) => provider === name);
          return (
            <Row key={name} name={label} about={login ? login.name : t.externalLogins.notLinked}>
              <RowButton
                label={(login ? t.externalLogins.unlinkName : t.externalLogins.linkName)(label)}
                disabled={!data}
                onClick={() => setAsked({ name, label, isLinked: login !== undefined })}
              >
                {login ? t.externalLogins.unlink : t.externalLogins.link}
              </RowButton>
            </Row>
          );
        })}
      </ul>
      {asked && (
        <FormDialog
          title={(asked.isLinked ? t.externalLogins.unlinkTitle : t.externalLogins.linkTitle)(asked.label)}
          text={asked.isLinked ? t.externalLogins.unlinkText : t.externalLogins.linkText}
          action={asked.isLinked ? t.externalLogins.unlink : t.common.goOn}
          onClose={() => setAsked(null)}
          onSubmit={() => change(asked)}
        >
          {null}
        </FormDialog>
      )}
    </section>
  );
}
