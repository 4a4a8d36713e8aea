import { type Rows, rows } from "../rows.ts";
import { at, idOf, type Size, type Users, uuid } from "../size.ts";

const usedTokensPerSession = 2;
const longAgo = "$3::timestamptz - interval '60 days'";

/** Accounts, expired sessions with their tokens, a session that was refreshed often, old revocations, tokens, refusals, deliveries, mails, links and challenges that have expired, and those who wait for approval, and invitations. */
export function accounts({ users, ended }: Size, { author }: Users): Rows[] {
  const session = { user_agent: "'growth'", address: "'127.0.0.1'" };
  return [
    rows("account", users, {
      id: idOf("user", "n"),
      username: "'grown_' || n",
      email: "'grown_' || n || '@example.com'",
      password_hash: "'none'",
      full_name: "'Ada ' || n",
      roles: "ARRAY['user']",
      created_at: at(users),
    }),
    ...[at(ended), longAgo].map((created_at, index) =>
      rows("account", ended, {
        id: idOf("applicant", `n + ${index * ended}`),
        username: `'applicant_${index}_' || n`,
        email: `'applicant_${index}_' || n || '@example.com'`,
        password_hash: "'none'",
        full_name: "'Ada ' || n",
        roles: "ARRAY['user']",
        awaits_approval: "true",
        created_at,
      }),
    ),
    // Some may go, others not yet.
    ...[["$3::timestamptz - interval '1 day'", at(ended)] as const, [longAgo, longAgo] as const].map(([expires_at, created_at], index) =>
      rows("invite", ended, {
        id: idOf("invite", `n + ${index * ended}`),
        code_hash: `'code ${index} ' || n`,
        note: "''",
        max_uses: "1",
        created_at,
        expires_at,
      }),
    ),
    rows("external_login", users, { provider: "'google'", provider_user_id: "'elsewhere' || n", account_id: idOf("user", "n"), name: "'Ada'" }),
    rows("sign_in_code", ended, {
      ...{ challenge: "'none'", provider: "'google'", name: "'Ada'", expires_at: longAgo },
      hash: "'code' || n",
      provider_user_id: "'elsewhere' || n",
    }),
    rows("session", ended, {
      ...session,
      id: idOf("ended", "n"),
      account_id: idOf("user", "n"),
      expires_at: "$3::timestamptz - interval '1 day'",
    }),
    rows("external_session", ended, { key: "'elsewhere' || n", is_named: "true", account_id: idOf("user", "n"), session_id: idOf("ended", "n") }),
    rows("token_refusal", ended, { key: "'ended' || n", issued_until: longAgo, created_at: "$3::timestamptz - interval '100 days'" }),
    rows("webhook_delivery", ended, { id: "'msg_' || n", received_at: longAgo }),
    rows("refresh_token", ended * usedTokensPerSession, {
      hash: "'expired' || n",
      session_id: idOf("ended", `1 + (n - 1) / ${usedTokensPerSession}`),
    }),
    rows("session", 1, { ...session, id: idOf("session", "n"), account_id: uuid(author), expires_at: "$3::timestamptz + interval '30 days'" }),
    rows("refresh_token", ended, {
      hash: "'used' || n",
      session_id: idOf("session", 1),
      parent_hash: "'used' || (n - 1)",
      used_at: "$3::timestamptz - interval '1 hour'",
      recognisable: "true",
    }),
    rows("revocation", ended, { session_id: idOf("session", "n + 1"), user_id: idOf("user", "n"), revoked_at: "$3::timestamptz - interval '1 day'" }),
    rows("api_token", ended, {
      id: idOf("ended", "n"),
      account_id: idOf("user", "n"),
      hash: "'expired' || n",
      name: "'growth'",
      scopes: "ARRAY['read']",
      expires_at: longAgo,
    }),
    rows("mail", ended, {
      ...{ kind: "'reset'", recipient: "'owner'", language: "'en'", created_at: longAgo, expires_at: longAgo },
      id: idOf("ended", "n"),
      account_id: idOf("user", "n"),
      address: "'grown_' || n || '@example.com'",
    }),
    rows("farewell", ended, {
      ...{ account_id: idOf("ended", "n"), username: "'ended_' || n", language: "'en'", created_at: "$3::timestamptz - interval '400 days'" },
      address: "'ended_' || n || '@example.com'",
    }),
    rows("login_challenge", ended, { hash: "'expired' || n", account_id: idOf("user", "n"), expires_at: longAgo }),
    rows("passkey", users, {
      ...{ name: "'Phone'", public_key: "'none'", counter: "0", transports: "ARRAY['internal']", synced: "true", created_at: at(users) },
      id: idOf("passkey", "n"),
      account_id: idOf("user", "n"),
      credential_id: "'credential' || n",
    }),
    rows("passkey_challenge", ended, { hash: "'expired' || n", expires_at: longAgo }),
    rows("mail_link", ended, {
      ...{ kind: "'reset'", address: "'none'", expires_at: longAgo },
      hash: "'expired' || n",
      account_id: idOf("user", "n"),
    }),
  ];
}
