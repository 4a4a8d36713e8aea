import type { ApiToken, TokenScope } from "@newfeed/client";
import { Copy, KeySquare, Plus } from "lucide-react";
import { useState } from "react";
import { createApiToken, revokeApiToken, useApiTokens } from "../../data/api-tokens.ts";
import { useMe } from "../../data/session.ts";
import { FormDialog } from "../dialogs.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { dayAndTime } from "../time.tsx";
import { say, showProblem } from "../toasts.tsx";
import { LastUsed } from "./rows.tsx";

const permissions: { label: string; scopes: TokenScope[] }[] = [
  { label: "Read", scopes: ["read"] },
  { label: "Read and write", scopes: ["read", "write"] },
  { label: "Administer, too", scopes: ["read", "write", "admin:operate"] },
];
const lifetimes = [
  { label: "30 days", days: 30 },
  { label: "90 days", days: 90 },
  { label: "A year", days: 365 },
];

const permissionOf = ({ scopes }: ApiToken) => permissions.find((each) => String(each.scopes) === String(scopes))?.label ?? scopes.join(", ");

/** Tokens for programs: what there are, a new one, and the end of one. */
export function ApiTokens() {
  const { data: tokens, error, isPending, refetch } = useApiTokens();
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState("");

  async function create(form: FormData) {
    const { scopes = [] } = permissions[Number(form.get("permission"))] ?? {};
    setSecret(await createApiToken({ name: String(form.get("name")), scopes, expiresInDays: Number(form.get("days")) }));
  }
  async function revoke(token: ApiToken) {
    try {
      await revokeApiToken(token);
      setSecret("");
      say(`${token.name} is revoked.`);
    } catch (problem) {
      showProblem("The token could not be revoked.", problem);
    }
  }

  return (
    <section className="card settings__part" aria-labelledby="api-tokens">
      <h2 id="api-tokens">API tokens</h2>
      <p>Programs sign in with them instead of your password.</p>
      {error && !tokens ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowSkeletons count={1} label="Loading tokens" />
      ) : (
        tokens && tokens.length > 0 && <List tokens={tokens} revoke={revoke} />
      )}
      {secret && <Secret secret={secret} />}
      <button type="button" className="button button--quiet" onClick={() => setCreating(true)}>
        <Plus size={17} aria-hidden />
        Create a token
      </button>
      {creating && (
        <FormDialog title="Create a token" action="Create" onClose={() => setCreating(false)} onSubmit={create}>
          <TokenFields />
        </FormDialog>
      )}
    </section>
  );
}

const List = ({ tokens, revoke }: { tokens: readonly ApiToken[]; revoke: (token: ApiToken) => Promise<void> }) => (
  <ul className="devices">
    {tokens.map((token) => (
      <li key={token.id} className="device">
        <KeySquare size={22} aria-hidden />
        <span className="device__words">
          <b>{token.name}</b>
          <span>
            {permissionOf(token)} · until {dayAndTime(token.expiresAt)} · <LastUsed at={token.lastUsedAt} />
          </span>
        </span>
        <button type="button" className="button button--quiet button--small" aria-label={`Revoke ${token.name}`} onClick={() => void revoke(token)}>
          Revoke
        </button>
      </li>
    ))}
  </ul>
);

/** The one time that a secret is shown. */
function Secret({ secret }: { secret: string }) {
  const copy = () =>
    navigator.clipboard.writeText(secret).then(
      () => say("The token is copied."),
      (error: unknown) => showProblem("The token could not be copied.", error),
    );
  return (
    <div role="status" className="secret">
      <p>This is your new token. Copy it now: it is not shown again.</p>
      <code>{secret}</code>
      <button type="button" className="button button--small" onClick={() => void copy()}>
        <Copy size={17} aria-hidden />
        Copy
      </button>
    </div>
  );
}

function TokenFields() {
  const isAdministrator = useMe()?.roles.includes("admin") ?? false;
  return (
    <>
      <div className="field">
        <label htmlFor="token-name">Name</label>
        <input id="token-name" name="name" required maxLength={100} autoComplete="off" />
      </div>
      <fieldset className="choice">
        <legend>What it may do</legend>
        {permissions.slice(0, isAdministrator ? 3 : 2).map(({ label }, index) => (
          <label key={label} className="choice__one">
            <input type="radio" name="permission" value={index} defaultChecked={index === 0} />
            {label}
          </label>
        ))}
      </fieldset>
      <fieldset className="choice">
        <legend>How long it is valid</legend>
        {lifetimes.map(({ label, days }) => (
          <label key={days} className="choice__one">
            <input type="radio" name="days" value={days} defaultChecked={days === 90} />
            {label}
          </label>
        ))}
      </fieldset>
    </>
  );
}
