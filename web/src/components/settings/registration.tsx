import type { Applicant, Invite } from "@newfeed/client";
import { TicketPlus } from "lucide-react";
import { useState } from "react";
import { client } from "../../data/client.ts";
import { refetchApplicants, refetchInvites, useApplicants, useInvites } from "../../data/registration.ts";
import { useMe, useSignInOptions } from "../../data/session.ts";
import { t } from "../../texts/account.ts";
import { FormDialog } from "../dialogs.tsx";
import { Message } from "../message.tsx";
import { Failed } from "../states.tsx";
import { Time } from "../time.tsx";
import { say, showProblem } from "../toasts.tsx";
import { Decision, Row, RowButton } from "./rows.tsx";

/** For administrators: who waits for approval, and the invitations. */
export function Registration() {
  const isAdministrator = useMe()?.roles.includes("admin") ?? false;
  const registration = useSignInOptions()?.registration;
  if (!isAdministrator || registration === undefined || registration === "open" || registration === "closed") return null;
  return (
    <section className="card settings__part" aria-labelledby="registration">
      <h2 id="registration">{t.registration.title}</h2>
      {registration === "approval" && <Applicants />}
      <Invites />
    </section>
  );
}

function Applicants() {
  const { data, error, refetch: again } = useApplicants();
  async function decide({ id, username }: Applicant, approved: boolean) {
    try {
      await (approved ? client.registration.approve(id) : client.registration.refuse(id));
      say((approved ? t.registration.approved : t.registration.refused)(username));
    } catch (problem) {
      showProblem((approved ? t.registration.approveFailed : t.registration.refuseFailed)(username), problem);
    }
    refetchApplicants();
  }
  if (error && !data) return <Failed error={error} retry={() => void again()} />;
  if (data?.data.length === 0) return <p>{t.registration.none}</p>;
  return (
    <ul className="devices" aria-label={t.registration.applicants}>
      {data?.data.map((applicant) => (
        <Row
          key={applicant.id}
          name={`${applicant.fullName} @${applicant.username}`}
          about={
            <>
              {applicant.email} {applicant.emailVerified ? t.registration.confirmed : t.registration.unconfirmed} · <Time at={applicant.createdAt} />
            </>
          }
        >
          <Decision name={applicant.username} decide={(approved) => void decide(applicant, approved)} />
        </Row>
      ))}
    </ul>
  );
}

function Invites() {
  const [inviting, setInviting] = useState(false);
  const [url, setUrl] = useState("");
  const { data } = useInvites();
  async function invite(form: FormData) {
    const note = String(form.get("note"));
    const made = await client.registration.createInvite({ maxUses: Number(form.get("maxUses")), expiresInDays: Number(form.get("days")), note });
    setUrl(made.url);
    refetchInvites();
  }
  async function withdraw({ id }: Invite) {
    await client.registration.deleteInvite(id).catch((problem: unknown) => showProblem(t.registration.withdrawFailed, problem));
    refetchInvites();
  }
  return (
    <>
      {url && (
        <p role="status">
          <Message text={t.registration.link}>{() => <b className="settings__link">{url}</b>}</Message>
        </p>
      )}
      <ul className="devices" aria-label={t.registration.invitations}>
        {data?.data.map((each) => (
          <Row
            key={each.id}
            name={each.note || t.registration.invitation}
            about={<Message text={t.registration.used(each.uses, each.maxUses)}>{() => <Time at={each.expiresAt} />}</Message>}
          >
            <RowButton label={each.note ? t.registration.withdrawName(each.note) : t.registration.withdrawUnnamed} onClick={() => void withdraw(each)}>
              {t.registration.withdraw}
            </RowButton>
          </Row>
        ))}
      </ul>
      <button type="button" className="button button--quiet" onClick={() => setInviting(true)}>
        <TicketPlus size={17} aria-hidden />
        {t.registration.invite}
      </button>
      {inviting && (
        <FormDialog
          title={t.registration.invite}
          text={t.registration.inviteText}
          action={t.registration.inviteAction}
          onClose={() => setInviting(false)}
          onSubmit={invite}
        >
          <div className="field">
            <label htmlFor="invite-note">{t.registration.note}</label>
            <input id="invite-note" name="note" maxLength={100} />
          </div>
          <div className="field">
            <label htmlFor="invite-uses">{t.registration.accounts}</label>
            <input id="invite-uses" name="maxUses" type="number" min={1} max={1000} defaultValue={1} required />
          </div>
          <div className="field">
            <label htmlFor="invite-days">{t.registration.days}</label>
            <input id="invite-days" name="days" type="number" min={1} max={90} defaultValue={7} required />
          </div>
        </FormDialog>
      )}
    </>
  );
}
