import type { ApiToken, TokenScope } from "@newfeed/client";
import { KeySquare, Plus } from "lucide-react";
import { useState } from "react";
import { createApiToken, revokeApiToken, useApiTokens } from "../../data/api-tokens.ts";
import { useMe } from "../../data/session.ts";
import { t } from "../../texts/account.ts";
import { FormDialog } from "../dialogs.tsx";
import { RowSkeletons } from "../skeletons.tsx";
import { Failed } from "../states.tsx";
import { useDates } from "../time.tsx";
import { say, showProblem } from "../toasts.tsx";
import { CopyButton, LastUsed, Row, RowButton } from "./rows.tsx";

const permissions: { label: "read" | "write" | "administer"; scopes: TokenScope[] }[] = [
  { label: "read", scopes: ["read"] },
  { label: "write", scopes: ["read", "write"] },
  { label: "administer", scopes: ["read", "write", "admin:operate"] },
];
const lifetimes = [
  { label: "month", days: 30 },
  { label: "quarter", days: 90 },
  { label: "year", days: 365 },
] as const;

function permissionOf({ scopes }: ApiToken): string {
  const known = permissions.find((each) => String(each.scopes) === String(scopes));
  return known ? t.tokens[known.label] : scopes.join(", ");
}

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
      say(t.tokens.revoked(token.name));
    } catch (problem) {
      showProblem(t.tokens.revokeFailed, problem);
    }
  }

  return (
    <section className="card settings__part" aria-labelledby="api-tokens">
      <h2 id="api-tokens">{t.tokens.title}</h2>
      <p>{t.tokens.text}</p>
      {error && !tokens ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowSkeletons count={1} label={t.tokens.loading} />
      ) : (
        tokens && tokens.length > 0 && <List tokens={tokens} revoke={revoke} />
      )}
      {secret && <Secret secret={secret} />}
      <button type="button" className="button button--quiet" onClick={() => setCreating(true)}>
        <Plus size={17} aria-hidden />
        {t.tokens.create}
      </button>
      {creating && (
        <FormDialog title={t.tokens.create} action={t.tokens.createAction} onClose={() => setCreating(false)} onSubmit={create}>
          <TokenFields />
        </FormDialog>
      )}
    </section>
  );
}

function List({ tokens, revoke }: { tokens: readonly ApiToken[]; revoke: (token: ApiToken) => Promise<void> }) {
  const { dayAndTime } = useDates();
  return (
    <ul className="devices">
      {tokens.map((token) => (
        <Row
          key={token.id}
          icon={<KeySquare size={22} aria-hidden />}
          name={token.name}
          about={
            <>
              {permissionOf(token)} · {t.tokens.until(dayAndTime(token.expiresAt))} · <LastUsed at={token.lastUsedAt} />
            </>
          }
        >
          <RowButton label={t.tokens.revokeName(token.name)} onClick={() => void revoke(token)}>
            {t.tokens.revoke}
          </RowButton>
        </Row>
      ))}
    </ul>
  );
}

/** The one time that a secret is shown. */
const Secret = ({ secret }: { secret: string }) => (
  <div role="status" className="secret">
    <p>{t.tokens.secret}</p>
    <code>{secret}</code>
    <CopyButton text={secret} copied={t.tokens.copied} failed={t.tokens.notCopied} />
  </div>
);

function TokenFields() {
  const isAdministrator = useMe()?.roles.includes("admin") ?? false;
  return (
    <>
      <div className="field">
        <label htmlFor="token-name">{t.tokens.name}</label>
        <input id="token-name" name="name" required maxLength={100} autoComplete="off" />
      </div>
      <fieldset className="choice">
        <legend>{t.tokens.permission}</legend>
        {permissions.slice(0, isAdministrator ? 3 : 2).map(({ label }, index) => (
          <label key={label} className="choice__one">
            <input type="radio" name="permission" value={index} defaultChecked={index === 0} />
            {t.tokens[label]}
          </label>
        ))}
      </fieldset>
      <fieldset className="choice">
        <legend>{t.tokens.lifetime}</legend>
        {lifetimes.map(({ label, days }) => (
          <label key={days} className="choice__one">
            <input type="radio" name="days" value={days} defaultChecked={days === 90} />
            {t.tokens[label]}
          </label>
        ))}
      </fieldset>
    </>
  );
}
