import type { RegistrationPolicy } from "@newfeed/shared/contracts/account-dto.ts";
import { registrationRoutes } from "@newfeed/shared/contracts/routes/registration.ts";
import { implement } from "@newfeed/shared/http/implement.ts";
import type { Express } from "express";
import type { Store } from "../store.ts";
import { approve, listApplicants, refuse } from "./applicants.ts";
import { createInvite, deleteInvite, listInvites } from "./invites.ts";

export interface RegistrationRoutesOptions {
  store: Store;
  registration: RegistrationPolicy;
  providers: ReadonlyMap<string, { name: string; label: string }>;
  /** The domain of passkeys; null where there are none. */
  rpId: string | null;
  /** Where the web client is. */
  siteUrl: string;
}

const envelope = <T>(message: string, data: T) => ({ success: true as const, message, data });

export function addRegistrationRoutes(app: Express, { store, registration, providers, rpId, siteUrl }: RegistrationRoutesOptions): void {
  implement(app, registrationRoutes, {
    signInOptions: async () =>
      envelope("How users join and sign in.", {
        registration,
        providers: [...providers.values()].map(({ name, label }) => ({ name, label })),
        passkeys: rpId === null ? null : { rpId },
      }),
    listApplicants: ({ query }, { user }) => listApplicants(store, user, query),
    async approveApplicant({ params }, { user }) {
      await approve(store, user, params.id);
      return envelope("The account is approved.", null);
    },
    async refuseApplicant({ params }, { user }) {
      await refuse(store, user, params.id);
      return envelope("The account is refused.", null);
    },
    async createInvite({ body }, { user }) {
      const { invite, code } = await createInvite(store, user, body);
      // Behind a `#` no server and no log gets to see the code.
      return envelope("The invitation is valid. Its code is not shown again.", { invite, code, url: `${siteUrl}/signup#invite=${code}` });
    },
    listInvites: ({ query }, { user }) => listInvites(store, user, query),
    async deleteInvite({ params }, { user }) {
      await deleteInvite(store, user, params.id);
      return envelope("The invitation is withdrawn.", null);
    },
  });
}
