import type { Applicant, Invite } from "@newfeed/client";
import { TicketPlus } from "lucide-react";
import { useState } from "react";
import { client } from "../../data/client.ts";
import { refetchApplicants, refetchInvites, useApplicants, useInvites } from "../../data/registration.ts";
import { useMe, useSignInOptions } from "../../data/session.ts";
import { FormDialog } from "../dialogs.tsx";
import { Failed } from "../states.tsx";
import { Time } from "../time.tsx";
import { say, showProblem } from "../toasts.tsx";

/** For administrators: who waits for approval, and the invitations. */
export function Registration() {
  const isAdministrator = useMe()?.roles.includes("admin") ?? false;
  const registration = useSignInOptions()?.registration;
  if (!isAdministrator || registration === undefined || registration === "open" || registration === "closed") return null;
  return (
    <section className="card settings__part" aria-labelledby="registration">
      <h2 id="registration">Who may join</h2>
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
      say(`@${username} is ${approved ? "approved" : "refused"}.`);
    } catch (problem) {
      showProblem(`@${username} could not be ${approved ? "approved" : "refused"}.`, problem);
    }
    refetchApplicants();
  }
  if (error && !data) return <Failed error={error} retry={() => void again()} />;
  if (data?.data.length === 0) return <p>Nobody waits for approval.</p>;
  return (
    <ul className="devices" aria-label="Accounts that wait for approval">
      {data?.data.map((applicant) => (
        <li key={applicant.id} className="device">
          <span className="device__words">
            <b>
              {applicant.fullName} @{applicant.username}
            </b>
            <span>
              {applicant.email} {applicant.emailVerified ? "(confirmed)" : "(not confirmed)"} · <Time at={applicant.createdAt} />
            </span>
          </span>
          <button type="button" className="button button--small" aria-label={`Approve ${applicant.username}`} onClick={() => void decide(applicant, true)}>
            Approve
          </button>
          <button
            type="button"
            className="button button--quiet button--small"
            aria-label={`Refuse ${applicant.username}`}
            onClick={() => void decide(applicant, false)}
          >
            Refuse
          </button>
        </li>
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
    await client.registration.deleteInvite(id).catch((problem: unknown) => showProblem("The invitation could not be withdrawn.", problem));
    refetchInvites();
  }
  return (
    <>
      {url && (
        <p role="status">
          Send this link to those whom you invite. It is not shown again: <b className="settings__link">{url}</b>
        </p>
      )}
      <ul className="devices" aria-label="Invitations">
        {data?.data.map((each) => (
          <li key={each.id} className="device">
            <span className="device__words">
              <b>{each.note || "Invitation"}</b>
              <span>
                {each.uses} of {each.maxUses} used · valid until <Time at={each.expiresAt} />
              </span>
            </span>
            <button
              type="button"
              className="button button--quiet button--small"
              aria-label={`Withdraw ${each.note || "the invitation"}`}
              onClick={() => void withdraw(each)}
            >
              Withdraw
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="button button--quiet" onClick={() => setInviting(true)}>
        <TicketPlus size={17} aria-hidden />
        Invite
      </button>
      {inviting && (
        <FormDialog
          title="Invite"
          text="Everyone who has the link can create an account, as often as you say."
          action="Make the link"
          onClose={() => setInviting(false)}
          onSubmit={invite}
        >
          <div className="field">
            <label htmlFor="invite-note">Note</label>
            <input id="invite-note" name="note" maxLength={100} />
          </div>
          <div className="field">
            <label htmlFor="invite-uses">Accounts</label>
            <input id="invite-uses" name="maxUses" type="number" min={1} max={1000} defaultValue={1} required />
          </div>
          <div className="field">
            <label htmlFor="invite-days">Days</label>
            <input id="invite-days" name="days" type="number" min={1} max={90} defaultValue={7} required />
          </div>
        </FormDialog>
      )}
    </>
  );
}
