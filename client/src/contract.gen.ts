// Made by `npm run generate -w client` from the contracts (openapi.json and asyncapi.json). Not to be changed by hand.

export interface paths {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public keys of access tokens (RFC 7517) */
        get: operations["jwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/applicants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The accounts that wait for approval, for administrators; they are deleted after 30 days
         * @description API tokens are not accepted.
         */
        get: operations["listApplicants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/applicants/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve an account, as an administrator; its owner gets a mail
         * @description API tokens are not accepted.
         */
        post: operations["approveApplicant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/applicants/{id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuse an account, as an administrator: it is deleted, and its owner gets a mail
         * @description API tokens are not accepted.
         */
        post: operations["refuseApplicant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/email/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a link sent to a new e-mail address, which it becomes the account's with; the present one is informed. With the password, or a step-up before
         * @description API tokens are not accepted. At most 20 in 60 minutes.
         */
        post: operations["changeEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/email/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have the link that verifies the account's e-mail address sent again
         * @description API tokens are not accepted. At most 20 in 60 minutes.
         */
        post: operations["resendVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/email/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an e-mail address with a link's token
         * @description At most 30 in 15 minutes.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/external-logins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The accounts elsewhere that the user signs in with
         * @description API tokens are not accepted.
         */
        get: operations["listExternalLogins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/external-logins/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to link an account elsewhere: the browser goes to `url`, and comes back to `returnTo` with `#linked=…` or `#error=…`
         * @description API tokens are not accepted. At most 60 in 15 minutes.
         */
        post: operations["linkExternalLogin"];
        /**
         * Unlink an account elsewhere, unless it is the last way in. `identity`: the user of the issuer elsewhere, with the sessions of their tokens
         * @description API tokens are not accepted.
         */
        delete: operations["unlinkExternalLogin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/external-sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish signing in with an account elsewhere. The first time an account is created, under `username` if the one from there is taken
         * @description At most 60 in 15 minutes.
         */
        post: operations["finishExternalSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sign in with github, in a browser: it comes back to `returnTo` with `#code=…`, which finishes once, or `#error=…`
         * @description At most 60 in 15 minutes.
         */
        get: operations["startGithub"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/github/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where github sends the browser to
         * @description At most 60 in 15 minutes.
         */
        get: operations["githubCallback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/google": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sign in with google, in a browser: it comes back to `returnTo` with `#code=…`, which finishes once, or `#error=…`
         * @description At most 60 in 15 minutes.
         */
        get: operations["startGoogle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/google/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where google sends the browser to
         * @description At most 60 in 15 minutes.
         */
        get: operations["googleCallback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/invites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The invitations, for administrators; they are deleted 30 days after they expired
         * @description API tokens are not accepted.
         */
        get: operations["listInvites"];
        put?: never;
        /**
         * Make an invitation, as an administrator; its code is shown once
         * @description API tokens are not accepted.
         */
        post: operations["createInvite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/invites/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw an invitation, as an administrator
         * @description API tokens are not accepted.
         */
        delete: operations["deleteInvite"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in; `email` may hold the username
         * @description At most 300 in 15 minutes.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a passkey
         * @description At most 300 in 15 minutes.
         */
        post: operations["loginPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on with a sign-in that was answered with `second_factor_required`, with a code or a passkey
         * @description At most 300 in 15 minutes.
         */
        post: operations["loginSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the session: its cookies, sockets and streams
         * @description API tokens are not accepted.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The signed-in account
         * @description API tokens need the scope `read`.
         */
        get: operations["me"];
        put?: never;
        post?: never;
        /**
         * Delete the account and everything that belongs to it; with the password, or a step-up before
         * @description API tokens are not accepted.
         */
        delete: operations["deleteMe"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sign in with oidc, in a browser: it comes back to `returnTo` with `#code=…`, which finishes once, or `#error=…`
         * @description At most 60 in 15 minutes.
         */
        get: operations["startOidc"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/oidc/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where oidc sends the browser to
         * @description At most 60 in 15 minutes.
         */
        get: operations["oidcCallback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How users join and sign in here */
        get: operations["signInOptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your passkeys, the newest first
         * @description API tokens are not accepted.
         */
        get: operations["listPasskeys"];
        put?: never;
        /**
         * Add the passkey that was begun. It signs in from then on; a mail tells you
         * @description API tokens are not accepted.
         */
        post: operations["addPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a passkey, unless it is the last way in. After a step-up; a mail tells you
         * @description API tokens are not accepted.
         */
        delete: operations["removePasskey"];
        options?: never;
        head?: never;
        /**
         * Rename a passkey
         * @description API tokens are not accepted.
         */
        patch: operations["renamePasskey"];
        trace?: never;
    };
    "/api/auth/passkeys/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to add a passkey. After a step-up
         * @description API tokens are not accepted.
         */
        post: operations["beginPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkeys/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a passkey: to sign in, in place of a code (with the `challenge` of `second_factor_required`), or for a step-up
         * @description At most 300 in 15 minutes.
         */
        post: operations["challengePasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a new password needs */
        get: operations["passwordRules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the password: the other sessions end
         * @description API tokens are not accepted.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a link sent that sets a new password; `email` may hold the username. The answer is the same for an unknown one
         * @description At most 20 in 60 minutes.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with a link's token: all sessions end
         * @description At most 30 in 15 minutes.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the refresh token (from the cookie, or the body)
         * @description At most 10 in 5 minutes.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether sign-in asks for a code, and how many recovery codes are left
         * @description API tokens are not accepted.
         */
        get: operations["secondFactor"];
        put?: never;
        /**
         * Get the secret for an authenticator app, which a first code turns on. After a step-up
         * @description API tokens are not accepted.
         */
        post: operations["beginSecondFactor"];
        /**
         * Turn the second factor off. After a step-up
         * @description API tokens are not accepted.
         */
        delete: operations["removeSecondFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/second-factor/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn the second factor on with a first code
         * @description API tokens are not accepted.
         */
        post: operations["confirmSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/second-factor/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get new recovery codes: those of before are void. After a step-up
         * @description API tokens are not accepted.
         */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The devices that are signed in, a hundred at most: with another one, that which was used the longest ago is signed out
         * @description API tokens are not accepted.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign a device out
         * @description API tokens are not accepted.
         */
        delete: operations["revokeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sessions/end-others": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out everywhere else
         * @description API tokens are not accepted.
         */
        post: operations["endOtherSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/signup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an account and sign in
         * @description Also at `/api/auth/register`. At most 20 in 60 minutes.
         */
        post: operations["signup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/step-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show in this session that it is you: for ten minutes, what answers `step_up_required` is allowed. Signing in does the same. With a second factor the password is not enough
         * @description API tokens are not accepted.
         */
        post: operations["stepUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/suspension/appeal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Appeal against a suspension, once, with the password or the `appealToken` of the refused sign-in, since there is no session: another moderator decides
         * @description At most 300 in 15 minutes.
         */
        post: operations["appealSuspension"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your API tokens, the newest first, without their secrets
         * @description API tokens are not accepted.
         */
        get: operations["listTokens"];
        put?: never;
        /**
         * Create an API token. Its secret is in this response alone. After a step-up
         * @description API tokens are not accepted. At most 30 in 60 minutes.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API token: its sockets and streams close at once
         * @description API tokens are not accepted.
         */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check whether an access token of ours or of the issuer elsewhere, or an API token, is valid */
        post: operations["validate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An upload
         * @description API tokens need the scope `read`.
         */
        get: operations["getMedia"];
        put?: never;
        post?: never;
        /**
         * Delete an upload
         * @description API tokens need the scope `write`.
         */
        delete: operations["deleteMedia"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/upload/avatar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a picture of yourself: the square in its middle, in three sizes. `avatarUrl` of `PATCH /api/v1/users/me` then names its `url`
         * @description API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["uploadAvatar"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/upload/direct": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a form that takes a video past NewFeed, where uploads are kept in a bucket: for files that would take long. Send the video within 15 minutes, in a POST to `url` with `fields` and then `file`, and complete it within the hour
         * @description API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["startDirectUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/upload/direct/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Give up a direct upload: what has arrived of it is removed, and it cannot be completed any more (idempotent). One that is completed stays
         * @description API tokens need the scope `write`.
         */
        delete: operations["cancelDirectUpload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/upload/direct/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a video that was sent to a form checked and kept, as any upload is. Again, it answers the same
         * @description API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["completeDirectUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/upload/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a PDF of at most 10 MB. It is kept as it is, also what it says of its author, and served as a download under the name of the file
         * @description API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["uploadDocument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/upload/header": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload the picture over your profile: what is in its middle, three times as wide as high, in three sizes. `headerUrl` of `PATCH /api/v1/users/me` then names its `url`
         * @description API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["uploadHeader"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/upload/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a JPG, PNG, GIF or WEBP of at most 5 MB
         * @description API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["uploadImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/upload/video": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload an MP4, WEBM or MOV of at most 50 MB
         * @description API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["uploadVideo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow many streams over one response
         * @description Server-sent events: `hello` first, then `followed`, `caught_up` and `unfollowed` about each stream, the events of all with the name of their `stream`, and `reset`. Every event's `id` is a position to resume from. The session cookie of a signed-in browser is enough. An EventSource (`Accept: text/event-stream`) gets no 429 and no 5xx, on which it would close for good, but an empty stream with `retry` and `closing`.
         */
        get: operations["streamMany"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sse/{connection}/streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change which streams an open event stream carries
         * @description What came of it is sent on the event stream: `followed` or `unfollowed`. At most 900 in 15 minutes.
         */
        post: operations["changeStreams"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sse/comments/{postId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow the comments and changes of a post
         * @description Server-sent events: `hello` first, then `comment_added`, `comment_updated`, `comment_deleted`, `post_updated`, `post_deleted`, and `reset`. Every event's `id` is a position to resume from. The session cookie of a signed-in browser is enough. An EventSource (`Accept: text/event-stream`) gets no 429 and no 5xx, on which it would close for good, but an empty stream with `retry` and `closing`.
         */
        get: operations["streamComments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sse/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow your inbox
         * @description Server-sent events: `hello` first, then `notification`, `notification_updated`, `notification_read`, and `reset`. Every event's `id` is a position to resume from. The session cookie of a signed-in browser is enough. An EventSource (`Accept: text/event-stream`) gets no 429 and no 5xx, on which it would close for good, but an empty stream with `retry` and `closing`.
         */
        get: operations["streamNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account-deletions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Deletions of accounts and how far each service is, newest first, for administrators and auditors
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["listAccountDeletions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{username}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where a user is signed in, for administrators and auditors
         * @description API tokens are not accepted.
         */
        get: operations["listAccountSessions"];
        put?: never;
        post?: never;
        /**
         * Sign a user out everywhere, as an administrator: their API tokens stay
         * @description API tokens are not accepted.
         */
        delete: operations["endAccountSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{username}/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign a user out of one device, as an administrator
         * @description API tokens are not accepted.
         */
        delete: operations["endAccountSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ai/suggest-title": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suggest a title of at most sixty characters
         * @description Also at `/ai/suggest-title`, `/api/ai/suggest-title`. API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["suggestTitle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ai/summarize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Summarise a text in two or three sentences; a text that has no more stays as it is
         * @description Also at `/ai/summarize`, `/api/ai/summarize`. API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["summarize"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/bookmarks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The posts that you have bookmarked and may see, the last one bookmarked first
         * @description API tokens need the scope `read`.
         */
        get: operations["listBookmarks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The categories that a post can be in, in their order
         * @description API tokens need the scope `read`.
         */
        get: operations["listCategories"];
        put?: never;
        /**
         * Make a category, as an administrator
         * @description API tokens need the scope `write`.
         */
        post: operations["createCategory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/categories/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a category, as an administrator: its posts stay, in none. Made again under its slug, it has them back
         * @description API tokens need the scope `write`.
         */
        delete: operations["deleteCategory"];
        options?: never;
        head?: never;
        /**
         * Rename or move a category, as an administrator
         * @description API tokens need the scope `write`.
         */
        patch: operations["updateCategory"];
        trace?: never;
    };
    "/api/v1/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Comments of a post: newest, oldest or most liked first
         * @description Also at `/api/comments`. API tokens need the scope `read`.
         */
        get: operations["listComments"];
        put?: never;
        /**
         * Comment on the post named in the body
         * @description Also at `/api/comments`. API tokens need the scope `write`. At most 60 in 15 minutes.
         */
        post: operations["createComment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One comment
         * @description Also at `/api/comments/:id`. API tokens need the scope `read`.
         */
        get: operations["getComment"];
        put?: never;
        post?: never;
        /**
         * Delete a comment (its author, or the post's author)
         * @description Also at `/api/comments/:id`. API tokens need the scope `write`.
         */
        delete: operations["deleteComment"];
        options?: never;
        head?: never;
        /**
         * Change a comment
         * @description Also at `/api/comments/:id`. API tokens need the scope `write`.
         */
        patch: operations["updateComment"];
        trace?: never;
    };
    "/api/v1/comments/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a comment said before its changes, newest first: the last 20 versions that stood for five minutes or more
         * @description Also at `/api/comments/:id/history`. API tokens need the scope `read`.
         */
        get: operations["commentHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{id}/like": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Like a comment (idempotent)
         * @description Also at `/api/comments/:id/like`. API tokens need the scope `write`.
         */
        post: operations["likeComment"];
        /**
         * Remove a like (idempotent)
         * @description Also at `/api/comments/:id/like`. API tokens need the scope `write`.
         */
        delete: operations["unlikeComment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{id}/thread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One comment with the comments above it
         * @description Also at `/api/comments/:id/thread`. API tokens need the scope `read`.
         */
        get: operations["getCommentThread"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/community-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rules of the community, which moderators go by
         * @description API tokens need the scope `read`.
         */
        get: operations["communityRules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events that services failed to handle, service by service, for administrators and auditors. A page may be short: go on behind its `endCursor`. Services that cannot be asked are left out
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{service}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A dead letter with its body and why it failed, for administrators and auditors
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["getDeadLetter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was done with dead letters, newest first, for administrators and auditors
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["deadLetterAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many dead letters each service has, for administrators and auditors
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["countDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/drop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forget dead letters, for administrators. Their events never take effect
         * @description API tokens need the scope `admin:operate`.
         */
        post: operations["dropDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a service handle dead letters again, for administrators: each takes effect once. One that fails again stays, with the newer reason
         * @description API tokens need the scope `admin:operate`.
         */
        post: operations["replayDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your devices that notifications are pushed to, the newest first, and what browsers subscribe with
         * @description API tokens need the scope `read`.
         */
        get: operations["listDevices"];
        put?: never;
        /**
         * Have notifications pushed to a device until this session ends. One that is registered already becomes yours; beyond twenty, the oldest goes
         * @description API tokens are not accepted. At most 60 in 60 minutes.
         */
        post: operations["registerDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Push nothing to a device any more
         * @description API tokens need the scope `write`.
         */
        delete: operations["removeDevice"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/acknowledgements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that these notifications are shown on an open page or app: they are not pushed, unless there is more news of them
         * @description API tokens need the scope `write`.
         */
        post: operations["acknowledgeNotifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What you have begun to write on any device, the last one begun first
         * @description API tokens need the scope `read`.
         */
        get: operations["listDrafts"];
        put?: never;
        /**
         * Keep the draft of a post for all your devices: a hundred at most
         * @description API tokens need the scope `write`.
         */
        post: operations["createDraft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drafts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of your drafts
         * @description API tokens need the scope `read`.
         */
        get: operations["getDraft"];
        put?: never;
        post?: never;
        /**
         * Delete a draft (idempotent)
         * @description API tokens need the scope `write`.
         */
        delete: operations["deleteDraft"];
        options?: never;
        head?: never;
        /**
         * Replace a draft, if it still has the revision that you know: another device may have changed it (`conflict`)
         * @description API tokens need the scope `write`.
         */
        patch: operations["updateDraft"];
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events, newest first, for administrators and auditors. A page may be short, even empty, where several filters leave little: go on behind its `endCursor`
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One event, for administrators and auditors
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/aggregates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to something, oldest first, for administrators and auditors
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["aggregateEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/correlations/{correlationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a request has caused, oldest first, for administrators and auditors: how it went from service to service
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["correlationEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events up to now, oldest first, for administrators and auditors: a line of JSON each (application/x-ndjson). With `progress`, lines of the form {"progress":{"share":0.5,"at":…,"events":…}} stand between them, and one with the share 1 at the end
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["exportEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/tail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events from now on, as they are stored, for administrators and auditors: an event stream (text/event-stream) of `event`s, which is opened again after five minutes. It goes on behind `Last-Event-ID`
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["tailEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The home feed: your own posts, those of the users that you follow, what they have reposted, and public posts with tags that you follow; each once
         * @description Also at `/api/v1/posts/feed`, `/api/posts/feed`. API tokens need the scope `read`.
         */
        get: operations["homeFeed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live-instances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The instances that clients are connected to, for administrators and auditors
         * @description API tokens are not accepted.
         */
        get: operations["listLiveInstances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails/address": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether mails of notifications reach you
         * @description API tokens need the scope `read`.
         */
        get: operations["getMailAddress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails/address/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have mails be sent again to an address from which they came back
         * @description API tokens need the scope `write`.
         */
        post: operations["retryMailAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails/bounces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * For what receives the reports of the mail server's provider: mails that came back, or were marked as spam. Needs `MAIL_WEBHOOK_SECRET` as the header `X-Mail-Secret`
         * @description At most 6000 in 15 minutes.
         */
        post: operations["noteBounces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails/bounces/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The same for the webhooks of Mailgun, Postmark, SendGrid, and Amazon SES through SNS: what they report, as they report it, with `MAIL_WEBHOOK_SECRET` as the password in the address (HTTP Basic). Reports of anything else than mails that came back for good, or were marked as spam, change nothing
         * @description At most 6000 in 15 minutes.
         */
        post: operations["noteReports"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails/unsubscribe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Go to the page that asks whether such mails are to end: nothing ends by opening a link
         * @description API tokens need the scope `read`.
         */
        get: operations["openUnsubscribe"];
        put?: never;
        /**
         * End mails of the kind that a link in a mail stands for: one type of notifications, or all. The body is ignored (RFC 8058)
         * @description At most 30 in 15 minutes.
         */
        post: operations["unsubscribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/media/{id}/picture-hash": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same of an upload, also of one that others do not get
         * @description API tokens are not accepted.
         */
        get: operations["getPictureHash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/media/picture-hash": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a rule of the kind `picture` knows a picture by, for moderators. The file is not kept
         * @description API tokens are not accepted. At most 60 in 60 minutes.
         */
        post: operations["hashPicture"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every step of every case, newest first, for moderators
         * @description API tokens are not accepted.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every step of every case, oldest first, for administrators: a line of JSON each (application/x-ndjson)
         * @description API tokens are not accepted.
         */
        get: operations["exportAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Cases of a state, newest first, for moderators
         * @description API tokens are not accepted.
         */
        get: operations["listCases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/cases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A case, for moderators: its reports, its audit, and what else its author is known for
         * @description API tokens are not accepted.
         */
        get: operations["getCase"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/cases/{id}/appeal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Appeal against what was done about one's content, once: another moderator decides
         * @description API tokens are not accepted.
         */
        post: operations["appealCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/cases/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide that the content stands, or that an appeal is right
         * @description API tokens are not accepted.
         */
        post: operations["approveCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/cases/{id}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a case for 15 minutes, as a moderator: no other decides it then
         * @description API tokens are not accepted.
         */
        post: operations["claimCase"];
        /**
         * Give a case back
         * @description API tokens are not accepted.
         */
        delete: operations["releaseCase"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/cases/{id}/escalate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Leave a case to administrators
         * @description API tokens are not accepted.
         */
        post: operations["escalateCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/cases/{id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Act against the content or its author, or refuse an appeal
         * @description API tokens are not accepted.
         */
        post: operations["rejectCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/cases/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back one's decision, as long as nothing else has happened since; administrators take back any. What was deleted stays so
         * @description API tokens are not accepted.
         */
        post: operations["undoCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/cases/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide up to 100 cases alike, as a moderator, such as a wave of spam; each by itself: what one is refused for keeps back no other
         * @description API tokens are not accepted.
         */
        post: operations["decideCases"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many cases wait, and how long they do, for moderators
         * @description API tokens are not accepted.
         */
        get: operations["moderationFigures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What content is checked for, and how often each rule was right, for moderators
         * @description API tokens are not accepted.
         */
        get: operations["listRules"];
        put?: never;
        /**
         * Make a rule, as an administrator: what is written from now on is checked for it
         * @description API tokens are not accepted.
         */
        post: operations["createRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a rule, as an administrator: what it has found stays flagged
         * @description API tokens are not accepted.
         */
        delete: operations["deleteRule"];
        options?: never;
        head?: never;
        /**
         * Change a rule, as an administrator: what it has found stays flagged
         * @description API tokens are not accepted.
         */
        patch: operations["updateRule"];
        trace?: never;
    };
    "/api/v1/moderation/rules/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a rule would find among the newest 1,000 public posts, for moderators; nothing is flagged
         * @description API tokens are not accepted.
         */
        post: operations["tryRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your inbox, newest first; or what of it is of one type, or unread
         * @description Also at `/api/notifications`. API tokens need the scope `read`.
         */
        get: operations["listNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Mark a notification as read (idempotent)
         * @description Also at `/api/notifications/:id/read`. API tokens need the scope `write`.
         */
        patch: operations["readNotification"];
        trace?: never;
    };
    "/api/v1/notifications/{id}/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Mark a notification as unread again (idempotent)
         * @description Also at `/api/notifications/:id/unread`. API tokens need the scope `write`.
         */
        patch: operations["unreadNotification"];
        trace?: never;
    };
    "/api/v1/notifications/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark what is about a post as read: the newest hundred at once, more of them a moment later (idempotent)
         * @description Also at `/api/notifications/read`. API tokens need the scope `write`.
         */
        post: operations["readPostNotifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/read-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark all notifications as read
         * @description Also at `/api/notifications/read-all`. API tokens need the scope `write`.
         */
        post: operations["readAllNotifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/seen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Your inbox was looked at: what was there is seen, and stays unread (idempotent)
         * @description Also at `/api/notifications/seen`. API tokens need the scope `write`.
         */
        post: operations["seeNotifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/unread-count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The numbers of unread and of unseen notifications
         * @description Also at `/api/notifications/unread-count`. API tokens need the scope `read`.
         */
        get: operations["unreadCount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why you did, or did not, hear of something: a notification, a post and what happens under it, or an event of the last 24 hours
         * @description Also at `/api/notifications/why`. API tokens need the scope `read`.
         */
        get: operations["whyNotified"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public feed, newest first
         * @description Also at `/api/posts`. API tokens need the scope `read`.
         */
        get: operations["listPosts"];
        put?: never;
        /**
         * Write a post, at once, as a draft, or to be published at a time
         * @description Also at `/api/posts`. API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["createPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One post
         * @description Also at `/api/posts/:id`. API tokens need the scope `read`.
         */
        get: operations["getPost"];
        put?: never;
        post?: never;
        /**
         * Delete a post with its comments and media
         * @description Also at `/api/posts/:id`. API tokens need the scope `write`.
         */
        delete: operations["deletePost"];
        options?: never;
        head?: never;
        /**
         * Change a post; publish or schedule one that is not published
         * @description Also at `/api/posts/:id`. API tokens need the scope `write`.
         */
        patch: operations["updatePost"];
        trace?: never;
    };
    "/api/v1/posts/{id}/bookmark": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bookmark a post; nobody else learns of it (idempotent)
         * @description Also at `/api/posts/:id/bookmark`. API tokens need the scope `write`.
         */
        post: operations["bookmarkPost"];
        /**
         * Remove a bookmark, also of a post that you may no longer see (idempotent)
         * @description Also at `/api/posts/:id/bookmark`. API tokens need the scope `write`.
         */
        delete: operations["removeBookmark"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Comments of a post: newest, oldest or most liked first
         * @description Also at `/api/posts/:id/comments`. API tokens need the scope `read`.
         */
        get: operations["listPostComments"];
        put?: never;
        /**
         * Comment on a post
         * @description Also at `/api/posts/:id/comments`. API tokens need the scope `write`. At most 60 in 15 minutes.
         */
        post: operations["createPostComment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a post said before its changes, newest first: the last 20 versions that stood for five minutes or more
         * @description Also at `/api/posts/:id/history`. API tokens need the scope `read`.
         */
        get: operations["postHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}/like": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Like a post (idempotent)
         * @description Also at `/api/posts/:id/like`. API tokens need the scope `write`.
         */
        post: operations["likePost"];
        /**
         * Remove a like (idempotent)
         * @description Also at `/api/posts/:id/like`. API tokens need the scope `write`.
         */
        delete: operations["unlikePost"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}/likes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who likes a post, the last one first
         * @description Also at `/api/posts/:id/likes`. API tokens need the scope `read`.
         */
        get: operations["listLikers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}/mute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mute a conversation, or change when that ends (idempotent): nothing about the post, or under it, notifies you; nobody else learns of it
         * @description Also at `/api/posts/:id/mute`. API tokens need the scope `write`.
         */
        post: operations["mutePost"];
        /**
         * Lift the mute of a conversation, also of a post that you may no longer see (idempotent)
         * @description Also at `/api/posts/:id/mute`. API tokens need the scope `write`.
         */
        delete: operations["unmutePost"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show a post of yours first on your profile, in place of another (idempotent)
         * @description Also at `/api/posts/:id/pin`. API tokens need the scope `write`.
         */
        post: operations["pinPost"];
        /**
         * Show a post no longer first on your profile (idempotent)
         * @description Also at `/api/posts/:id/pin`. API tokens need the scope `write`.
         */
        delete: operations["unpinPost"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}/poll/votes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Vote in the poll of a post: once, and for good (idempotent for the same option)
         * @description Also at `/api/posts/:id/poll/votes`. API tokens need the scope `write`.
         */
        post: operations["votePoll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}/repost": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Repost a public post: your followers find it in their home feeds (idempotent)
         * @description Also at `/api/posts/:id/repost`. API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["repost"];
        /**
         * Take a repost back, also of a post that you may no longer see (idempotent)
         * @description Also at `/api/posts/:id/repost`. API tokens need the scope `write`.
         */
        delete: operations["removeRepost"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/{id}/reposts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who has reposted a post, the last one first; users with private accounts only to their followers and to the post's author
         * @description Also at `/api/posts/:id/reposts`. API tokens need the scope `read`.
         */
        get: operations["listReposters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/muted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The posts whose conversations you have muted, and may see, the last one muted first
         * @description Also at `/api/posts/muted`. API tokens need the scope `read`.
         */
        get: operations["listMutedPosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/popular": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Public posts that most people like and comment, those of today or of the week; newer likes and comments weigh more
         * @description Also at `/api/posts/popular`. API tokens need the scope `read`.
         */
        get: operations["popularPosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posts/scheduled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your scheduled posts, the next one to be published first
         * @description Also at `/api/posts/scheduled`. API tokens need the scope `read`.
         */
        get: operations["listScheduledPosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Replays, newest first, for administrators and auditors
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["listReplays"];
        put?: never;
        /**
         * Have a service handle kept events again, for administrators: in order, at a rate, as a job that goes on after a restart
         * @description API tokens need the scope `admin:operate`.
         */
        post: operations["createReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a replay is, for administrators and auditors
         * @description API tokens need the scope `admin:operate`.
         */
        get: operations["getReplay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a replay for good, for administrators. What was handled again stays so
         * @description API tokens need the scope `admin:operate`.
         */
        post: operations["cancelReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a replay that runs, for administrators
         * @description API tokens need the scope `admin:operate`.
         */
        post: operations["pauseReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on with a replay that is paused, for administrators
         * @description API tokens need the scope `admin:operate`.
         */
        post: operations["resumeReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report a post, comment, profile or upload that you can see. Reported again, it is the same report
         * @description API tokens need the scope `write`. At most 30 in 60 minutes.
         */
        post: operations["createReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find posts, users and tags: the first of each, or of the type that is named. (At `/search`, who accepts HTML gets the page.)
         * @description Also at `/search`. API tokens need the scope `read`.
         */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find posts by words in any form, the best and newest first; with `from:name`, `"a phrase"`, `-word`, `#tag`, `before:2026-01-31`, `after:2026-01-31`, `has:media`, `in:following`
         * @description Also at `/search/posts`. API tokens need the scope `read`.
         */
        get: operations["searchPosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find tags by how they begin, the most used first
         * @description Also at `/search/tags`. API tokens need the scope `read`.
         */
        get: operations["searchTags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find users, as `/api/v1/users/search` does
         * @description Also at `/search/users`. API tokens need the scope `read`.
         */
        get: operations["searchPeople"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/streams/{name}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A stream's log after a position, for clients that poll
         * @description API tokens need the scope `read`.
         */
        get: operations["streamEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags/{tag}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A tag, and whether you follow it
         * @description API tokens need the scope `read`.
         */
        get: operations["getTag"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags/{tag}/follow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Follow a tag: its public posts are in your home feed (idempotent)
         * @description API tokens need the scope `write`.
         */
        post: operations["followTag"];
        /**
         * Stop following a tag (idempotent)
         * @description API tokens need the scope `write`.
         */
        delete: operations["unfollowTag"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags/{tag}/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Public posts with a tag, newest first
         * @description API tokens need the scope `read`.
         */
        get: operations["listTagPosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tags that most people use in public posts of the last 24 hours; newer ones weigh more
         * @description API tokens need the scope `read`.
         */
        get: operations["trends"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A profile
         * @description Also at `/api/users/:id`. API tokens need the scope `read`.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/bell": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Do this user's new posts notify you?
         * @description Also at `/api/users/:id/bell`. API tokens need the scope `read`.
         */
        get: operations["getBell"];
        put?: never;
        /**
         * Have the new posts of a user whom you follow notify you (idempotent), until you unfollow them or one of you blocks the other; nobody else learns of it
         * @description Also at `/api/users/:id/bell`. API tokens need the scope `write`.
         */
        post: operations["setBell"];
        /**
         * Have this user's new posts notify you no more (idempotent)
         * @description Also at `/api/users/:id/bell`. API tokens need the scope `write`.
         */
        delete: operations["removeBell"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/block": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Block a user: neither sees, follows nor is notified of the other
         * @description Also at `/api/users/:id/block`. API tokens need the scope `write`.
         */
        post: operations["blockUser"];
        /**
         * Lift a block (idempotent)
         * @description Also at `/api/users/:id/block`. API tokens need the scope `write`.
         */
        delete: operations["unblockUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user's comments under posts that you may see, newest first, each with its post
         * @description Also at `/api/users/:id/comments`. API tokens need the scope `read`.
         */
        get: operations["listUserComments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/follow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Follow a user, or ask to, where the account is private (idempotent)
         * @description Also at `/api/users/:id/follow`. API tokens need the scope `write`.
         */
        post: operations["followUser"];
        /**
         * Stop following a user, or take back the request to (idempotent)
         * @description Also at `/api/users/:id/follow`. API tokens need the scope `write`.
         */
        delete: operations["unfollowUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/followers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The followers of a user
         * @description Also at `/api/users/:id/followers`. API tokens need the scope `read`.
         */
        get: operations["listFollowers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/following": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The users that a user follows
         * @description Also at `/api/users/:id/following`. API tokens need the scope `read`.
         */
        get: operations["listFollowing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/likes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The posts that a user likes and you may see, the last one liked first; of users whose likes are public, and of yourself
         * @description Also at `/api/users/:id/likes`. API tokens need the scope `read`.
         */
        get: operations["listUserLikes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/media": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user's uploads, newest first (others see those of the posts that they may see, and of the profile)
         * @description Also at `/api/users/:id/media`. API tokens need the scope `read`.
         */
        get: operations["listUserMedia"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/mute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mute a user, or change when it ends (idempotent): your lists and notifications leave them out, and they are not told
         * @description Also at `/api/users/:id/mute`. API tokens need the scope `write`.
         */
        post: operations["muteUser"];
        /**
         * Lift a mute (idempotent)
         * @description Also at `/api/users/:id/mute`. API tokens need the scope `write`.
         */
        delete: operations["unmuteUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/pinned": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The post that a user shows first on their profile; null where there is none that you may see
         * @description Also at `/api/users/:id/pinned`. API tokens need the scope `read`.
         */
        get: operations["pinnedPost"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user's posts, newest first (your own drafts too)
         * @description Also at `/api/users/:id/posts`. API tokens need the scope `read`.
         */
        get: operations["listUserPosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/reposts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The posts that a user has reposted and you may see, the last one reposted first
         * @description Also at `/api/users/:id/reposts`. API tokens need the scope `read`.
         */
        get: operations["listUserReposts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/by-username/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A profile by username
         * @description Also at `/api/users/by-username/:username`. API tokens need the scope `read`.
         */
        get: operations["userByUsername"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/known": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which of these names are usernames, without regard to case: a mention of nobody is plain text
         * @description Also at `/api/users/known`. API tokens need the scope `read`.
         */
        get: operations["knownUsernames"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your profile
         * @description Also at `/api/users/me`. API tokens need the scope `read`.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change your profile
         * @description Also at `/api/users/me`. API tokens need the scope `write`.
         */
        patch: operations["updateMe"];
        trace?: never;
    };
    "/api/v1/users/me/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The users whom you have blocked
         * @description Also at `/api/users/me/blocks`. API tokens need the scope `read`.
         */
        get: operations["listBlocked"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All data that NewFeed holds of the signed-in user, as one JSON document
         * @description Also at `/api/users/me/export`. API tokens are not accepted.
         */
        get: operations["exportMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/follow-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The users who ask to follow you, as your account is private
         * @description Also at `/api/users/me/follow-requests`. API tokens need the scope `read`.
         */
        get: operations["listFollowRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/follow-requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Refuse a request to follow you (idempotent)
         * @description Also at `/api/users/me/follow-requests/:id`. API tokens need the scope `write`.
         */
        delete: operations["refuseFollowRequest"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/follow-requests/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a user follow you who asks to (idempotent)
         * @description Also at `/api/users/me/follow-requests/:id/approve`. API tokens need the scope `write`.
         */
        post: operations["approveFollowRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/followers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Make a follower stop following (idempotent)
         * @description Also at `/api/users/me/followers/:id`. API tokens need the scope `write`.
         */
        delete: operations["removeFollower"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/likes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The posts that you like and may see, the last one liked first
         * @description Also at `/api/users/me/likes`. API tokens need the scope `read`.
         */
        get: operations["listLikedPosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/mutes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The users whom you have muted
         * @description Also at `/api/users/me/mutes`. API tokens need the scope `read`.
         */
        get: operations["listMuted"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/notification-preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where your notifications go: each type in the inbox, as a push, by mail; when nothing is to disturb you
         * @description Also at `/api/users/me/notification-preferences`. API tokens need the scope `read`.
         */
        get: operations["getNotificationPreferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change where your notifications go; what is left out stays as it is
         * @description Also at `/api/users/me/notification-preferences`. API tokens need the scope `write`.
         */
        patch: operations["updateNotificationPreferences"];
        trace?: never;
    };
    "/api/v1/users/me/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What you have set: appearance, language, who may mention you and comment, filters
         * @description Also at `/api/users/me/preferences`. API tokens need the scope `read`.
         */
        get: operations["getPreferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change your preferences; what is left out stays as it is
         * @description Also at `/api/users/me/preferences`. API tokens need the scope `write`.
         */
        patch: operations["updatePreferences"];
        trace?: never;
    };
    "/api/v1/users/me/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tags that you follow, by name
         * @description Also at `/api/users/me/tags`. API tokens need the scope `read`.
         */
        get: operations["listFollowedTags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find users by the beginnings of words of their username and full name, without regard to case and accents
         * @description Also at `/api/users/search`. API tokens need the scope `read`.
         */
        get: operations["searchUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whom to follow: users whom most of those follow whom you follow
         * @description Also at `/api/users/suggestions`. API tokens need the scope `read`.
         */
        get: operations["suggestedUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your webhooks, the newest first; for administrators, also those of the installation
         * @description API tokens need the scope `read`.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook: ten at most. Its secret is in this response alone
         * @description API tokens need the scope `write`. At most 30 in 60 minutes.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A webhook
         * @description API tokens need the scope `read`.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook, and what waits for it
         * @description API tokens need the scope `write`.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook. Enabled again, it gets what waits for it
         * @description API tokens need the scope `write`.
         */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/api/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was delivered, or is to be, in the last two weeks; the newest first
         * @description API tokens need the scope `read`.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/deliveries/{deliveryId}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver something again, under the same `webhook-id`
         * @description API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["resendDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a new secret. For a day, deliveries are signed with both
         * @description API tokens need the scope `write`. At most 30 in 60 minutes.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test: a delivery of the type `webhook.test`
         * @description API tokens need the scope `write`. At most 60 in 60 minutes.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/graphql": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a GraphQL document
         * @description The schema is at [`/schema.graphql`](/schema.graphql), and answers introspection. With `Accept: text/event-stream` (GraphQL over Server-Sent Events, distinct connections) subscriptions are answered, too. Documents are bounded in depth and in cost: a list counts as often as its `limit` says. Each call that a document makes costs the points that it costs over REST; introspection costs points too. A document may be persisted: sent once with `extensions.persistedQuery` (`version` 1 and `sha256Hash`), and then named by its hash in place of `query`, until `PersistedQueryNotFound` asks for it again.
         */
        post: operations["graphql"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/query/cache/invalidate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forget a cached aggregate, or all of them (administrators)
         * @description Also at `/api/v1/query/cache/invalidate`. API tokens need the scope `admin:operate`.
         */
        post: operations["invalidateCache"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/query/cache/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the cache holds, and how often it had what was asked for (administrators)
         * @description Also at `/api/v1/query/cache/stats`. API tokens need the scope `admin:operate`.
         */
        get: operations["cacheStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/query/post/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A post with its newest comments, cached
         * @description Also at `/api/v1/query/post/:id`. API tokens need the scope `read`.
         */
        get: operations["postAggregate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/query/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public feed, newest first, each post with its three newest comments, cached
         * @description Also at `/api/v1/query/posts`. API tokens need the scope `read`.
         */
        get: operations["postAggregates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Account: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            email: string;
            /** @description Mail to the address has reached its owner */
            emailVerified: boolean;
            fullName: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @description The account may only read until its address is verified */
            mustVerifyEmail: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            roles: string[];
            username: string;
        };
        AccountDeletion: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            accountId: string;
            /** @description When it had not ended for an hour, and an alert was raised */
            alertedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            begunAt: string;
            /** @description When all services had removed what they held; null while one has not */
            completedAt: string | null;
            /** @description Each service that holds data of accounts */
            services: {
                /** @description How many rows went, by what removed them */
                removed: {
                    [key: string]: number;
                };
                /** @description When nothing of the account was left there; null until then */
                reportedAt: string | null;
                service: string;
            }[];
        };
        AddPasskey: {
            name: string;
            passkey: components["schemas"]["NewPasskey"];
        };
        AggregatedComment: {
            /** @description null once deleted */
            author: components["schemas"]["Author"] | null;
            clientMutationId: string | null;
            /** @description empty once deleted */
            content: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            deleted: boolean;
            /** @description 0 for a top-level comment; 0 in live events of earlier versions, too */
            depth: number;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            likeCount: number;
            /** @description Of a comment that only you, its author, see: it is hidden, or waits for a moderator */
            moderation: components["schemas"]["ContentModeration"] | null;
            /** @description The comment that it answers, at any depth; null of a top-level comment */
            parentCommentId: string | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
            /** @description Direct replies */
            replyCount: number;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @description The top-level comment above it; null of one, and in live events of earlier versions */
            rootCommentId: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        AggregatedPost: {
            author: components["schemas"]["Author"];
            category: string | null;
            clientMutationId: string | null;
            commentCount: number;
            content: string;
            /** @description What readers see in place of the whole post until they ask for it */
            contentWarning: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            likeCount: number;
            /** @description Of the first link; it comes moments after the post, as a change of it */
            linkCard: components["schemas"]["LinkCard"] | null;
            /** @description Where it was written, in the author's words */
            location: string | null;
            media: components["schemas"]["Attachment"][];
            mediaUrls: string[];
            /** @description Of a post that only you, its author, see: it is hidden, or waits for a moderator */
            moderation: components["schemas"]["ContentModeration"] | null;
            poll: components["schemas"]["PollResult"] | null;
            /** @enum {string} */
            postType: "TEXT" | "IMAGE" | "VIDEO" | "LINK";
            /** @description When it will be published; null unless it is scheduled */
            publishAt: string | null;
            publishedAt: string | null;
            /** @description Others may quote it */
            quotable: boolean;
            quotedPostId: string | null;
            repostCount: number;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @description Its media are shown only when a reader asks for them */
            sensitive: boolean;
            /** @description The same as `repostCount` */
            shareCount: number;
            /** @enum {string} */
            status: "published" | "draft" | "scheduled";
            /** @description Of a long text, written by a program; it comes moments after the post, as a change of it */
            summary: string | null;
            title: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            /** @enum {string} */
            visibility: "public" | "followers";
        };
        AltText: {
            /** @description Empty: none */
            alt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            mediaId: string;
        };
        ApiToken: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @description To a minute or so */
            lastUsedAt: string | null;
            name: string;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            scopes: ("read" | "write" | "admin:operate")[];
        };
        AppealCase: {
            text: string;
        };
        AppealSuspension: {
            email?: string;
            password?: string;
            text: string;
            /** @description In place of `email` and `password` */
            token?: string;
        };
        Applicant: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            email: string;
            emailVerified: boolean;
            fullName: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            username: string;
        };
        Attachment: {
            /** @description What it shows, in words, for those who do not see it */
            alt: string | null;
            blurhash: string | null;
            /** @description null of what was attached by an earlier version */
            bytes: number | null;
            /** @description Seconds, of a video */
            duration: number | null;
            height: number | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @enum {string} */
            kind: "image" | "video" | "document";
            /** @description Of a document, under which it is downloaded */
            name: string | null;
            thumbnailUrl: string | null;
            url: string;
            width: number | null;
        };
        AuditEntry: {
            /** @description Null where nobody did it: a report, a rule, or time */
            actorId: string | null;
            after: components["schemas"]["CaseStanding"];
            before: components["schemas"]["CaseStanding"] | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            caseId: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @enum {string} */
            step: "open" | "flag" | "hold" | "claim" | "release" | "approve" | "reject" | "escalate" | "appeal" | "end" | "undo" | "close";
        };
        AuditExport: unknown;
        Author: {
            /** @description Of an uploaded avatar the large size: the same address with `-192` or `-96` in place of `-512` is a smaller one */
            avatarUrl: string | null;
            fullName: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            username: string;
        };
        Bell: {
            /** @description The user's new posts notify you */
            on: boolean;
        };
        BlockState: {
            blocked: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
        };
        BookmarkState: {
            bookmarked: boolean;
        };
        /**
         * @description `bounced`: it came back for good; `complained`: it was marked as spam
         * @example {
         *       "address": "ann@example.com",
         *       "kind": "bounced"
         *     }
         */
        Bounce: {
            address: string;
            /** @enum {string} */
            kind: "bounced" | "complained";
        };
        Bounces: {
            bounces: components["schemas"]["Bounce"][];
        };
        CacheStatistics: {
            bytes: number;
            entries: number;
            hits: number;
            /** @description Some of the entries, a thousand at most */
            keys: {
                bytes: number;
                key: string;
            }[];
            misses: number;
        };
        CaseStanding: {
            /** @description What is in force against the content or its author */
            action: ("hide" | "delete" | "warn" | "suspend") | null;
            appeal: ("pending" | "decided") | null;
            claimedBy: string | null;
            claimedUntil: string | null;
            decidedBy: string | null;
            /** @description A rule has hidden the content until this is decided */
            held: boolean;
            reason: components["schemas"]["ModerationReason"] | null;
            /** @enum {string} */
            state: "open" | "escalated" | "appealed" | "approved" | "rejected" | "closed";
            /** @description When the action ends; null where it does not */
            until: string | null;
        };
        Category: {
            name: string;
            position: number;
            /** @example music */
            slug: string;
        };
        ChallengePasskey: {
            challenge?: string;
            /** @enum {string} */
            purpose: "sign_in" | "second_factor" | "step_up";
        };
        ChangedDeadLetters: {
            letters: number;
            /** @description `after` of the next call, as long as there may be more */
            next: number | null;
        };
        ChangeDeadLetters: {
            /**
             * @description `next` of the call before
             * @default 0
             */
            after?: number;
            /** @description One; otherwise all of the service, or those of the type and with the reason */
            id?: number;
            /** @description A text that the reason has in it */
            reason?: string;
            /** @enum {string} */
            service: "auth-service" | "user-service" | "post-service" | "comment-service" | "media-service" | "notification-service" | "query-service" | "moderation-service" | "event-service" | "delivery-service";
            type?: string;
        };
        ChangeEmail: {
            /** Format: email */
            email: string;
            password?: string;
        };
        ChangePassword: {
            current: string;
            password: string;
        };
        ChannelWhy: {
            /** @description When it is due, where that is later */
            at: string | null;
            /** @description It was sent, or will be */
            goes: boolean;
            /** @description Why not, or why later; null where it goes at once. `retrying`: who carries it did not take it yet; `collapsed`: it went together with what came soon after; `shown`: a page or app that was open had it; `read`: you had read it; `device_gone`, `refused`: who carries it does not know the device any more, or did not take it; `no_room`: a digest had a hundred others; `unknown`: nobody knows, since it is more than 30 days ago, or nobody can say just now */
            reason: ("type_off" | "no_device" | "quiet_hours" | "digest" | "retrying" | "collapsed" | "shown" | "read" | "device_gone" | "refused" | "expired" | "no_address" | "unverified" | "bounced" | "complained" | "no_room" | "unknown") | null;
            /** @description When it was sent; null where it was not */
            sentAt: string | null;
        };
        Comment: {
            /** @description null once deleted */
            author: components["schemas"]["Author"] | null;
            clientMutationId: string | null;
            /** @description empty once deleted */
            content: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            deleted: boolean;
            /** @description 0 for a top-level comment; 0 in live events of earlier versions, too */
            depth: number;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            likeCount: number;
            likedByMe: boolean;
            /** @description Of a comment that only you, its author, see: it is hidden, or waits for a moderator */
            moderation: components["schemas"]["ContentModeration"] | null;
            /** @description The comment that it answers, at any depth; null of a top-level comment */
            parentCommentId: string | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
            /** @description Direct replies */
            replyCount: number;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @description The top-level comment above it; null of one, and in live events of earlier versions */
            rootCommentId: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        CommentPage: {
            data: components["schemas"]["Comment"][];
            /** @description The post's author takes comments of the reader */
            mayComment: boolean;
            /** @description The page after this one, as `cursor`; null where the list ends, and with `since` */
            nextCursor: string | null;
            pageInfo: components["schemas"]["PageInfo"];
            /** @description The page before this one, as `cursor`; null where the list begins, and with `since` and `page` */
            previousCursor: string | null;
            streamCursor: string | null;
        };
        CommentThread: {
            /** @description What it answers, and so on upwards, the nearest last; at most 20, without those of blocked users */
            ancestors: components["schemas"]["Comment"][];
            comment: components["schemas"]["Comment"];
            /** @description More stand above: ask for the thread of the first ancestor */
            hasEarlier: boolean;
        };
        CommentVersion: {
            content: string;
            /**
             * Format: date-time
             * @description When it was changed
             * @example 2026-01-31T12:00:00.000Z
             */
            endedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            writtenAt: string;
        };
        CommunityRules: {
            /** @description Null where there are none */
            text: string | null;
        };
        ConfirmSecondFactor: {
            code: string;
        };
        ContentModeration: {
            /** @description Where its author appeals, with POST; null as long as nobody has decided */
            appealUrl: string | null;
            caseId: string | null;
            /** @description null where it waits because nobody knows its author yet */
            reason: ("spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "illegal" | "impersonation" | "misinformation" | "other") | null;
            /**
             * @description `hidden`: a moderator has rejected it. `pending`: it waits for one
             * @enum {string}
             */
            state: "hidden" | "pending";
        };
        CreateCategory: {
            name: string;
            /**
             * @description The lower stands first; those of one position stand by name
             * @default 0
             */
            position?: number;
            /** @example music */
            slug: string;
        };
        CreateComment: {
            clientMutationId?: string;
            content: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            parentCommentId?: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
        };
        CreateCommentOnPost: {
            clientMutationId?: string;
            content: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            parentCommentId?: string;
        };
        CreateDraft: {
            /** @default null */
            category?: string | null;
            /** @default  */
            content?: string;
            /** @default null */
            contentWarning?: string | null;
            /** @default null */
            location?: string | null;
            /**
             * @description When the post is to be published; null for at once
             * @default null
             */
            publishAt?: string | null;
            /** @default true */
            quotable?: boolean;
            /** @default false */
            sensitive?: boolean;
            /** @default null */
            title?: string | null;
            /**
             * @default public
             * @enum {string}
             */
            visibility?: "public" | "followers";
        };
        CreateInvite: {
            /** @default 7 */
            expiresInDays?: number;
            /**
             * @description Accounts that may be created with it
             * @default 1
             */
            maxUses?: number;
            /**
             * @description For administrators: whom it is for
             * @default
             */
            note?: string;
        };
        CreatePost: {
            /**
             * @description What uploads of `mediaIds` show, in words
             * @default []
             */
            altTexts?: components["schemas"]["AltText"][];
            /**
             * @description One of those of `GET /api/v1/categories`
             * @default null
             */
            category?: string | null;
            clientMutationId?: string;
            /** @default  */
            content?: string;
            /** @default null */
            contentWarning?: string | null;
            /**
             * Format: uuid
             * @description A draft of yours that the post is made of: it is deleted
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            draftId?: string;
            /**
             * @description Where you write it, in your words
             * @default null
             */
            location?: string | null;
            /** @default [] */
            mediaIds?: string[];
            /** @default [] */
            mediaUrls?: string[];
            poll?: components["schemas"]["NewPoll"];
            /** @enum {string} */
            postType: "TEXT" | "IMAGE" | "VIDEO" | "LINK";
            /**
             * Format: date-time
             * @description With `status: scheduled`: when it is to be published, from five seconds to a year ahead
             * @example 2026-01-31T12:00:00.000Z
             */
            publishAt?: string;
            /**
             * @description Others may quote it
             * @default true
             */
            quotable?: boolean;
            /**
             * Format: uuid
             * @description A public post that you may see, and whose author allows it
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            quotedPostId?: string;
            /** @default false */
            sensitive?: boolean;
            /**
             * @default published
             * @example scheduled
             * @enum {string}
             */
            status?: "published" | "draft" | "scheduled";
            title?: string;
            /**
             * @default public
             * @enum {string}
             */
            visibility?: "public" | "followers";
        };
        CreateReplay: {
            /**
             * Format: uuid
             * @description Only what happened to this
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            aggregate?: string;
            /**
             * @description The service that handles the events again, and no other does. One that sends something is none of these
             * @enum {string}
             */
            consumer: "comment-service" | "media-service" | "query-service";
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            from: string;
            /**
             * @description Events a second, at most: it rests behind each step, for nine times as long as that took, ten seconds at most
             * @default 500
             */
            rate?: number;
            /**
             * Format: date-time
             * @description Before this time; now, if it is left out
             * @example 2026-01-31T12:00:00.000Z
             */
            to?: string;
            /** @description All that it handles, if it is left out */
            types?: string[];
        };
        CreateReport: {
            /** @default  */
            note?: string;
            reason: components["schemas"]["ModerationReason"];
            target: components["schemas"]["ModerationTarget"];
        };
        CreateToken: {
            /** @default 90 */
            expiresInDays?: number;
            name: string;
            scopes: ("read" | "write" | "admin:operate")[];
        };
        CreateWebhook: {
            /** @default  */
            description?: string;
            /**
             * @description `own`: told of what happens to your posts, and of who follows you. `installation`: of what happens in public; for administrators
             * @default own
             * @enum {string}
             */
            scope?: "own" | "installation";
            types: ("post.published" | "post.updated" | "post.deleted" | "post.liked" | "post.unliked" | "post.reposted" | "post.unreposted" | "comment.created" | "comment.updated" | "user.followed" | "user.unfollowed" | "user.follow_requested" | "comment.deleted" | "like.created" | "like.deleted" | "user.registered" | "user.updated" | "user.deleted")[];
            /**
             * Format: uri
             * @description HTTPS, on its usual port, at a public address
             * @example https://hooks.example.com/newfeed
             */
            url: string;
        };
        DeadLetter: {
            /** @description As it was published; null once a post, comment or account that it speaks of is deleted */
            body: string | null;
            /** @description For developers: a stack, a list of issues */
            detail: string | null;
            /**
             * Format: date-time
             * @description The first time
             * @example 2026-01-31T12:00:00.000Z
             */
            failedAt: string;
            /** @description Unique within the service */
            id: number;
            key: string | null;
            messageId: string;
            reason: string;
            /** @description Since when it is to be handled again; null when it is not */
            replayAt: string | null;
            service: string;
            tries: number;
            type: string;
        };
        DeadLetterStep: {
            /** @enum {string} */
            action: "replay" | "drop";
            /** @description Null for the command line */
            actorId: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            id: string;
            /** @description The one that was named; null for all of a type, or with a reason */
            letterId: number | null;
            /** @description How many it were */
            letters: number;
            reason: string | null;
            service: string;
            type: string | null;
        };
        DeadLetterSummary: {
            /**
             * Format: date-time
             * @description The first time
             * @example 2026-01-31T12:00:00.000Z
             */
            failedAt: string;
            /** @description Unique within the service */
            id: number;
            key: string | null;
            messageId: string;
            reason: string;
            /** @description Since when it is to be handled again; null when it is not */
            replayAt: string | null;
            service: string;
            tries: number;
            type: string;
        };
        DecideCases: {
            /**
             * @description `hide`: nobody but its author sees it. `delete`: as its author would. `warn`: it stays. `suspend`: its author is locked out
             * @enum {string}
             */
            action?: "hide" | "delete" | "warn" | "suspend";
            cases: {
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                id: string;
                /** @description Grows by one with every change; the higher revision of an id wins */
                revision: number;
            }[];
            /** @enum {string} */
            decision: "approve" | "reject" | "escalate";
            reason?: components["schemas"]["ModerationReason"];
            /**
             * Format: date-time
             * @description Of `hide` and `suspend`: when it ends; without an end where it is missing
             * @example 2026-01-31T12:00:00.000Z
             */
            until?: string;
        };
        DirectUpload: {
            /**
             * Format: date-time
             * @description Until then it may be completed; afterwards the file is removed
             */
            expiresAt: string;
            fields: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description Until then the form takes the file
             */
            formExpiresAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            url: string;
        };
        Draft: {
            /** @default null */
            category: string | null;
            /** @default  */
            content: string;
            /** @default null */
            contentWarning: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @default null */
            location: string | null;
            /**
             * @description When the post is to be published; null for at once
             * @default null
             */
            publishAt: string | null;
            /** @default true */
            quotable: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @default false */
            sensitive: boolean;
            /** @default null */
            title: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            /**
             * @default public
             * @enum {string}
             */
            visibility: "public" | "followers";
        };
        EventExport: unknown;
        EventTail: unknown;
        ExternalLogin: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @description What the account is called there */
            name: string;
            provider: string;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
        };
        FeedPost: {
            author: components["schemas"]["Author"];
            bookmarkedByMe: boolean;
            category: string | null;
            clientMutationId: string | null;
            commentCount: number;
            content: string;
            /** @description What readers see in place of the whole post until they ask for it */
            contentWarning: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            likeCount: number;
            likedByMe: boolean;
            /** @description Of the first link; it comes moments after the post, as a change of it */
            linkCard: components["schemas"]["LinkCard"] | null;
            /** @description Where it was written, in the author's words */
            location: string | null;
            media: components["schemas"]["Attachment"][];
            mediaUrls: string[];
            /** @description Of a post that only you, its author, see: it is hidden, or waits for a moderator */
            moderation: components["schemas"]["ContentModeration"] | null;
            /** @description Nothing about it, or under it, notifies you */
            mutedByMe: boolean;
            poll: components["schemas"]["Poll"] | null;
            /** @enum {string} */
            postType: "TEXT" | "IMAGE" | "VIDEO" | "LINK";
            /** @description When it will be published; null unless it is scheduled */
            publishAt: string | null;
            publishedAt: string | null;
            /** @description Others may quote it */
            quotable: boolean;
            /** @description null, too, where you may not see it, or it is gone */
            quotedPost: components["schemas"]["QuotedPost"] | null;
            quotedPostId: string | null;
            repostCount: number;
            /** @description Its place in the feed, in that case */
            repostedAt: string | null;
            /** @description Whom you follow and who brought it here; null where it is there by its author, by you or by a tag */
            repostedBy: components["schemas"]["Author"] | null;
            repostedByMe: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @description Its media are shown only when a reader asks for them */
            sensitive: boolean;
            /** @description The same as `repostCount` */
            shareCount: number;
            /** @enum {string} */
            status: "published" | "draft" | "scheduled";
            /** @description Of a long text, written by a program; it comes moments after the post, as a change of it */
            summary: string | null;
            title: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            /** @enum {string} */
            visibility: "public" | "followers";
        };
        FieldError: {
            field: string;
            message: string;
        };
        FilterEnd: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            until: string;
            word: string;
        };
        FilterEndOutput: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            until: string;
            word: string;
        };
        FinishExternalSignIn: {
            code: string;
            inviteCode?: string;
            username?: string;
            verifier: string;
        };
        FollowState: {
            followerCount: number;
            following: boolean;
            requested: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
        };
        ForgotPassword: {
            email: string;
        };
        GraphqlError: {
            extensions: {
                /** @enum {string} */
                code: "validation_failed" | "malformed_json" | "external_sign_in_failed" | "link_invalid" | "malformed_request" | "unauthenticated" | "invalid_credentials" | "token_expired" | "second_factor_required" | "challenge_invalid" | "refresh_invalid" | "forbidden" | "approval_pending" | "account_suspended" | "email_unverified" | "insufficient_scope" | "step_up_required" | "invite_invalid" | "registration_closed" | "not_owner" | "comments_restricted" | "cross_origin" | "not_offered" | "not_found" | "method_not_allowed" | "request_timeout" | "conflict" | "username_taken" | "email_taken" | "external_login_taken" | "last_sign_in" | "idempotency_in_progress" | "payload_too_large" | "quota_exceeded" | "uri_too_long" | "unsupported_media_type" | "range_not_satisfiable" | "idempotency_mismatch" | "unprocessable_media" | "headers_too_large" | "rate_limited" | "too_many_streams" | "internal" | "provider_unavailable" | "bad_gateway" | "service_unavailable" | "upstream_timeout" | "loop_detected";
                errors?: components["schemas"]["FieldError"][];
                /** @description Seconds, as in Retry-After */
                retryAfter?: number;
            };
            locations?: {
                column: number;
                line: number;
            }[];
            message: string;
            path?: (string | number)[];
        };
        GraphqlResult: {
            data?: {
                [key: string]: unknown;
            } | null;
            errors?: components["schemas"]["GraphqlError"][];
        };
        HashOfPicture: {
            hash: string;
        };
        /** @description A part of a text that was asked for, from `start` to before `end`, in UTF-16 units */
        Highlight: {
            end: number;
            /** @enum {string} */
            field: "title" | "content";
            start: number;
        };
        InvalidateCache: {
            /** @description `post:<id>`, `popular:day`, `popular:week` or `trends`; all entries, if it is left out */
            cacheKey?: string;
        };
        Invite: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            maxUses: number;
            note: string;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @description Accounts that were created with it */
            uses: number;
        };
        LikeState: {
            likeCount: number;
            liked: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
        };
        LinkCard: {
            /** @description Empty where the page does not say */
            description: string;
            /** @description Empty where the page does not say */
            siteName: string;
            title: string;
            url: string;
        };
        LinkExternalLogin: {
            /** Format: uri */
            returnTo: string;
        };
        live_acknowledgement: {
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor?: string;
            /** @constant */
            ok: true;
            replayed?: number;
            reset?: boolean;
        } | {
            error: {
                /** @enum {string} */
                code: "validation_failed" | "malformed_json" | "external_sign_in_failed" | "link_invalid" | "malformed_request" | "unauthenticated" | "invalid_credentials" | "token_expired" | "second_factor_required" | "challenge_invalid" | "refresh_invalid" | "forbidden" | "approval_pending" | "account_suspended" | "email_unverified" | "insufficient_scope" | "step_up_required" | "invite_invalid" | "registration_closed" | "not_owner" | "comments_restricted" | "cross_origin" | "not_offered" | "not_found" | "method_not_allowed" | "request_timeout" | "conflict" | "username_taken" | "email_taken" | "external_login_taken" | "last_sign_in" | "idempotency_in_progress" | "payload_too_large" | "quota_exceeded" | "uri_too_long" | "unsupported_media_type" | "range_not_satisfiable" | "idempotency_mismatch" | "unprocessable_media" | "headers_too_large" | "rate_limited" | "too_many_streams" | "internal" | "provider_unavailable" | "bad_gateway" | "service_unavailable" | "upstream_timeout" | "loop_detected";
                errors?: components["schemas"]["FieldError"][];
                message: string;
                /** @description Seconds */
                retryAfter?: number;
            };
            /** @constant */
            ok: false;
        };
        live_caught_up: {
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor?: string;
            replayed: number;
            reset: boolean;
            stream: string;
        };
        live_closing: {
            /**
             * @description `too_many_streams`: a newer connection of the user took this one's place. `rate_limited`: too many events of a socket, or too many requests. `service_unavailable`: an event stream could not be opened for now
             * @enum {string}
             */
            code: "shutdown" | "expired" | "revoked" | "slow_consumer" | "too_many_streams" | "rate_limited" | "service_unavailable";
            /** @description False: do not reconnect unasked */
            resume: boolean;
            retryAfterMs: number;
        };
        live_comment_deleted: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            commentId: string;
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
        };
        live_comment_updated: {
            comment: {
                /** @description null once deleted */
                author: components["schemas"]["Author"] | null;
                clientMutationId: string | null;
                /** @description empty once deleted */
                content: string;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 * @example 2026-01-31T12:00:00.000Z
                 */
                createdAt: string;
                deleted: boolean;
                /** @description 0 for a top-level comment; 0 in live events of earlier versions, too */
                depth: number;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                id: string;
                likeCount: number;
                /** @description The comment that it answers, at any depth; null of a top-level comment */
                parentCommentId: string | null;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                postId: string;
                /** @description Direct replies */
                replyCount: number;
                /** @description Grows by one with every change; the higher revision of an id wins */
                revision: number;
                /** @description The top-level comment above it; null of one, and in live events of earlier versions */
                rootCommentId: string | null;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 * @example 2026-01-31T12:00:00.000Z
                 */
                updatedAt: string;
            };
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
        };
        live_error: {
            /** @enum {string} */
            code: "validation_failed" | "malformed_json" | "external_sign_in_failed" | "link_invalid" | "malformed_request" | "unauthenticated" | "invalid_credentials" | "token_expired" | "second_factor_required" | "challenge_invalid" | "refresh_invalid" | "forbidden" | "approval_pending" | "account_suspended" | "email_unverified" | "insufficient_scope" | "step_up_required" | "invite_invalid" | "registration_closed" | "not_owner" | "comments_restricted" | "cross_origin" | "not_offered" | "not_found" | "method_not_allowed" | "request_timeout" | "conflict" | "username_taken" | "email_taken" | "external_login_taken" | "last_sign_in" | "idempotency_in_progress" | "payload_too_large" | "quota_exceeded" | "uri_too_long" | "unsupported_media_type" | "range_not_satisfiable" | "idempotency_mismatch" | "unprocessable_media" | "headers_too_large" | "rate_limited" | "too_many_streams" | "internal" | "provider_unavailable" | "bad_gateway" | "service_unavailable" | "upstream_timeout" | "loop_detected";
            errors?: components["schemas"]["FieldError"][];
            /** @description The refused event, which was emitted without an acknowledgement */
            event: string;
            message: string;
            /** @description Seconds */
            retryAfter?: number;
        };
        live_followed: {
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor?: string;
            stream: string;
        };
        live_hello: {
            /**
             * @description As `hello` names it
             * @example notification-service-1~8fJ2kQ0mW1xYb7TzR3aC
             */
            connection: string;
        };
        live_new_comment: {
            comment: {
                /** @description null once deleted */
                author: components["schemas"]["Author"] | null;
                clientMutationId: string | null;
                /** @description empty once deleted */
                content: string;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 * @example 2026-01-31T12:00:00.000Z
                 */
                createdAt: string;
                deleted: boolean;
                /** @description 0 for a top-level comment; 0 in live events of earlier versions, too */
                depth: number;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                id: string;
                likeCount: number;
                /** @description The comment that it answers, at any depth; null of a top-level comment */
                parentCommentId: string | null;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                postId: string;
                /** @description Direct replies */
                replyCount: number;
                /** @description Grows by one with every change; the higher revision of an id wins */
                revision: number;
                /** @description The top-level comment above it; null of one, and in live events of earlier versions */
                rootCommentId: string | null;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 * @example 2026-01-31T12:00:00.000Z
                 */
                updatedAt: string;
            };
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
        };
        live_new_post: {
            post: {
                author: components["schemas"]["Author"];
                category: string | null;
                clientMutationId: string | null;
                commentCount: number;
                content: string;
                /** @description What readers see in place of the whole post until they ask for it */
                contentWarning: string | null;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 * @example 2026-01-31T12:00:00.000Z
                 */
                createdAt: string;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                id: string;
                likeCount: number;
                /** @description Of the first link; it comes moments after the post, as a change of it */
                linkCard: components["schemas"]["LinkCard"] | null;
                /** @description Where it was written, in the author's words */
                location: string | null;
                media: components["schemas"]["Attachment"][];
                mediaUrls: string[];
                poll: components["schemas"]["PollResult"] | null;
                /** @enum {string} */
                postType: "TEXT" | "IMAGE" | "VIDEO" | "LINK";
                publishedAt: string | null;
                /** @description Others may quote it */
                quotable: boolean;
                quotedPostId: string | null;
                repostCount: number;
                /** @description Grows by one with every change; the higher revision of an id wins */
                revision: number;
                /** @description Its media are shown only when a reader asks for them */
                sensitive: boolean;
                /** @enum {string} */
                status: "published" | "draft" | "scheduled";
                /** @description Of a long text, written by a program; it comes moments after the post, as a change of it */
                summary: string | null;
                title: string | null;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 * @example 2026-01-31T12:00:00.000Z
                 */
                updatedAt: string;
                /** @enum {string} */
                visibility: "public" | "followers";
            };
        };
        live_new_repost: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
            /**
             * Format: uuid
             * @description Who reposted it
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            userId: string;
        };
        live_notification: {
            actor: components["schemas"]["Author"] | null;
            /** @description The latest of those whom it speaks of, three at most, the latest first */
            actors?: components["schemas"]["Author"][];
            /**
             * @description The `type` of `GET /api/v1/notifications` that lists it; missing where none does
             * @enum {string}
             */
            category?: "mentions" | "comments" | "likes" | "reposts" | "follows";
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor: string;
            data: {
                /** @description The start of the comment, as it is now; missing where the user may not, or no longer, see it */
                comment?: {
                    content: string;
                    /**
                     * Format: uuid
                     * @description UUIDv7
                     * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                     */
                    id: string;
                };
                /**
                 * Format: uuid
                 * @description The comment that it leads to; of a group of comments the latest
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                commentId?: string;
                count?: number;
                /**
                 * @description Of a decision of moderators: its reason, or what became of your appeal or report
                 * @enum {string}
                 */
                outcome?: "spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "illegal" | "impersonation" | "misinformation" | "other" | "accepted" | "refused";
                /** @description The start of the post, as it is now: of one with a content warning only that. Missing where the user may not, or no longer, see it */
                post?: {
                    content: string;
                    contentWarning: string | null;
                    /**
                     * Format: uuid
                     * @description UUIDv7
                     * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                     */
                    id: string;
                    title: string | null;
                };
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                postId?: string;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                userId?: string;
            };
            groupKey: string | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            message: string;
            read: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @enum {string} */
            type: "new_comment" | "comment_reply" | "mention" | "post_liked" | "like_created" | "post_reposted" | "post_quoted" | "poll_ended" | "new_follower" | "follow_request" | "follow_approved" | "new_post" | "content_removed" | "content_restored" | "warning" | "appeal_resolved" | "report_resolved" | "welcome";
            unreadCount: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        live_notification_read: {
            /** @constant */
            all?: true;
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor: string;
            ids?: string[];
            unreadCount: number;
            unseenCount?: number;
        };
        live_notification_updated: {
            actor: components["schemas"]["Author"] | null;
            /** @description The latest of those whom it speaks of, three at most, the latest first */
            actors?: components["schemas"]["Author"][];
            /**
             * @description The `type` of `GET /api/v1/notifications` that lists it; missing where none does
             * @enum {string}
             */
            category?: "mentions" | "comments" | "likes" | "reposts" | "follows";
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor: string;
            data: {
                /** @description The start of the comment, as it is now; missing where the user may not, or no longer, see it */
                comment?: {
                    content: string;
                    /**
                     * Format: uuid
                     * @description UUIDv7
                     * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                     */
                    id: string;
                };
                /**
                 * Format: uuid
                 * @description The comment that it leads to; of a group of comments the latest
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                commentId?: string;
                count?: number;
                /**
                 * @description Of a decision of moderators: its reason, or what became of your appeal or report
                 * @enum {string}
                 */
                outcome?: "spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "illegal" | "impersonation" | "misinformation" | "other" | "accepted" | "refused";
                /** @description The start of the post, as it is now: of one with a content warning only that. Missing where the user may not, or no longer, see it */
                post?: {
                    content: string;
                    contentWarning: string | null;
                    /**
                     * Format: uuid
                     * @description UUIDv7
                     * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                     */
                    id: string;
                    title: string | null;
                };
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                postId?: string;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                userId?: string;
            };
            groupKey: string | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            message: string;
            read: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @enum {string} */
            type: "new_comment" | "comment_reply" | "mention" | "post_liked" | "like_created" | "post_reposted" | "post_quoted" | "poll_ended" | "new_follower" | "follow_request" | "follow_approved" | "new_post" | "content_removed" | "content_restored" | "warning" | "appeal_resolved" | "report_resolved" | "welcome";
            unreadCount: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        live_pinned_changed: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
            /**
             * Format: uuid
             * @description The author
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            userId: string;
        };
        live_poll_voted: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
            votes: number[];
        };
        live_post_deleted: {
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
        };
        live_post_liked: {
            likeCount: number;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
        };
        live_post_reposted: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
            repostCount: number;
        };
        live_post_updated: {
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor: string;
            post: {
                author: components["schemas"]["Author"];
                category: string | null;
                clientMutationId: string | null;
                commentCount: number;
                content: string;
                /** @description What readers see in place of the whole post until they ask for it */
                contentWarning: string | null;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 * @example 2026-01-31T12:00:00.000Z
                 */
                createdAt: string;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                id: string;
                likeCount: number;
                /** @description Of the first link; it comes moments after the post, as a change of it */
                linkCard: components["schemas"]["LinkCard"] | null;
                /** @description Where it was written, in the author's words */
                location: string | null;
                media: components["schemas"]["Attachment"][];
                mediaUrls: string[];
                poll: components["schemas"]["PollResult"] | null;
                /** @enum {string} */
                postType: "TEXT" | "IMAGE" | "VIDEO" | "LINK";
                publishedAt: string | null;
                /** @description Others may quote it */
                quotable: boolean;
                quotedPostId: string | null;
                repostCount: number;
                /** @description Grows by one with every change; the higher revision of an id wins */
                revision: number;
                /** @description Its media are shown only when a reader asks for them */
                sensitive: boolean;
                /** @enum {string} */
                status: "published" | "draft" | "scheduled";
                /** @description Of a long text, written by a program; it comes moments after the post, as a change of it */
                summary: string | null;
                title: string | null;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 * @example 2026-01-31T12:00:00.000Z
                 */
                updatedAt: string;
                /** @enum {string} */
                visibility: "public" | "followers";
            };
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
        };
        live_repost_removed: {
            postAuthorId: string | null;
            postId: string | null;
            /**
             * Format: uuid
             * @description Who had reposted
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            userId: string;
        };
        live_reset: {
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor: string;
            /** @enum {string} */
            reason: "epoch" | "expired" | "future";
            refetch: string[];
            /** @description `user:{id}` or `post:{id}` */
            stream: string;
        };
        live_retract: {
            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
            cursor?: string;
            items: {
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                id: string;
                /** @enum {string} */
                type: "post" | "comment" | "notification";
            }[];
            /** @description `user:{id}` or `post:{id}` */
            stream: string;
            unreadCount?: number;
        };
        live_trends: {
            trends: components["schemas"]["Trend"][];
        };
        live_unfollowed: {
            error?: {
                /** @enum {string} */
                code: "validation_failed" | "malformed_json" | "external_sign_in_failed" | "link_invalid" | "malformed_request" | "unauthenticated" | "invalid_credentials" | "token_expired" | "second_factor_required" | "challenge_invalid" | "refresh_invalid" | "forbidden" | "approval_pending" | "account_suspended" | "email_unverified" | "insufficient_scope" | "step_up_required" | "invite_invalid" | "registration_closed" | "not_owner" | "comments_restricted" | "cross_origin" | "not_offered" | "not_found" | "method_not_allowed" | "request_timeout" | "conflict" | "username_taken" | "email_taken" | "external_login_taken" | "last_sign_in" | "idempotency_in_progress" | "payload_too_large" | "quota_exceeded" | "uri_too_long" | "unsupported_media_type" | "range_not_satisfiable" | "idempotency_mismatch" | "unprocessable_media" | "headers_too_large" | "rate_limited" | "too_many_streams" | "internal" | "provider_unavailable" | "bad_gateway" | "service_unavailable" | "upstream_timeout" | "loop_detected";
                message: string;
            };
            /** @enum {string} */
            reason: "removed" | "ended" | "refused";
            stream: string;
        };
        live_user_muted: {
            muted: boolean;
            until: string | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            userId: string;
        };
        LiveInstance: {
            /** @description Clients that read server-sent events */
            eventStreams: number;
            name: string;
            /**
             * Format: date-time
             * @description When the instance said so; it does three times a minute
             * @example 2026-01-31T12:00:00.000Z
             */
            seenAt: string;
            /** @description Clients that are connected over Socket.IO */
            sockets: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            startedAt: string;
            /** @description How many people that is; visitors of one network count as one */
            users: number;
        };
        Login: {
            email: string;
            password: string;
        };
        /** @description Of `second_factor_required`: what `POST /api/auth/login/second-factor` needs beside the code, or passkey */
        LoginChallenge: {
            /** Format: date-time */
            expiresAt: string;
            /** @description The account has a passkey, which can take the place of the code */
            passkey?: boolean;
            token: string;
        };
        LoginPasskey: {
            passkey: components["schemas"]["PasskeyAssertion"];
        };
        LoginSecondFactor: {
            challenge: string;
            code?: string;
            passkey?: components["schemas"]["PasskeyAssertion"];
        };
        MailAddress: {
            /** @description When mails came back, or were marked; else null */
            since: string | null;
            /**
             * @description Mails of notifications go to a verified address; `bounced`: they came back from it; `complained`: they were marked as spam there
             * @enum {string}
             */
            state: "none" | "unverified" | "ready" | "bounced" | "complained";
        };
        Media: {
            blurhash: string | null;
            bytes: number;
            contentType: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @description Seconds, of a video */
            duration: number | null;
            /** @description When it is removed unless a post or the profile shows it (an address in a text does not keep it) */
            expiresAt: string | null;
            height: number | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @enum {string} */
            kind: "image" | "video" | "document";
            /** @description Of a document, under which it is downloaded */
            name: string | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            ownerId: string;
            postId: string | null;
            publicId: string;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            thumbnailUrl: string | null;
            url: string;
            width: number | null;
        };
        ModerationCase: {
            /** @description What is in force against the content or its author */
            action: ("hide" | "delete" | "warn" | "suspend") | null;
            appeal: ("pending" | "decided") | null;
            appealText: string | null;
            /** @description Null where the account is gone, or is not known right now */
            author: components["schemas"]["Author"] | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            authorId: string;
            claimedBy: string | null;
            claimedUntil: string | null;
            /** @description What it said when it was last reported or flagged */
            content: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            decidedBy: string | null;
            flags: number;
            /** @description A rule has hidden the content until this is decided */
            held: boolean;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @description Of a comment: the post that it stands under */
            postId: string | null;
            reason: components["schemas"]["ModerationReason"] | null;
            reasons: components["schemas"]["ModerationReason"][];
            reports: number;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @enum {string} */
            state: "open" | "escalated" | "appealed" | "approved" | "rejected" | "closed";
            target: components["schemas"]["ModerationTargetOutput"];
            targetDeleted: boolean;
            /** @description When the action ends; null where it does not */
            until: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        ModerationCaseDetails: {
            /** @description What is in force against the content or its author */
            action: ("hide" | "delete" | "warn" | "suspend") | null;
            appeal: ("pending" | "decided") | null;
            appealText: string | null;
            /** @description The latest 50 steps */
            audit: components["schemas"]["AuditEntry"][];
            /** @description Null where the account is gone, or is not known right now */
            author: components["schemas"]["Author"] | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            authorId: string;
            claimedBy: string | null;
            claimedUntil: string | null;
            /** @description What it said when it was last reported or flagged */
            content: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            decidedBy: string | null;
            flags: number;
            /** @description What rules found in it */
            foundBy: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 * @example 2026-01-31T12:00:00.000Z
                 */
                createdAt: string;
                /** @description Why */
                detail: string;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                id: string;
                reason: components["schemas"]["ModerationReason"];
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                ruleId: string;
                ruleName: string;
            }[];
            /** @description A rule has hidden the content until this is decided */
            held: boolean;
            /** @description The latest 20 other cases of the author */
            history: components["schemas"]["ModerationCase"][];
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @description The latest 20 */
            latestReports: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 * @example 2026-01-31T12:00:00.000Z
                 */
                createdAt: string;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                id: string;
                note: string;
                reason: components["schemas"]["ModerationReason"];
                reporter: components["schemas"]["Author"] | null;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                reporterId: string;
            }[];
            /** @description Of a comment: the post that it stands under */
            postId: string | null;
            reason: components["schemas"]["ModerationReason"] | null;
            reasons: components["schemas"]["ModerationReason"][];
            reports: number;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @enum {string} */
            state: "open" | "escalated" | "appealed" | "approved" | "rejected" | "closed";
            target: components["schemas"]["ModerationTargetOutput"];
            targetDeleted: boolean;
            /** @description When the action ends; null where it does not */
            until: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        ModerationFigures: {
            /** @description How many of the latest 200 decisions there are: the times are theirs */
            decided: number;
            /** @description Half of them were decided within this time after they were opened; null without any */
            medianSeconds: number | null;
            /** @description Nine of ten were decided within this time */
            slowSeconds: number | null;
            waiting: {
                /** @description 1,000 stands for any more */
                appealed: number;
                /** @description 1,000 stands for any more */
                escalated: number;
                /** @description 1,000 stands for any more */
                open: number;
            };
        };
        /**
         * @description Why content is reported, flagged or rejected
         * @enum {string}
         */
        ModerationReason: "spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "illegal" | "impersonation" | "misinformation" | "other";
        ModerationRule: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @default true */
            enabled: boolean;
            /** @description What it has found */
            flags: number;
            /**
             * @description What it finds is its author's alone until a moderator has decided
             * @default false
             */
            hide: boolean;
            /** @default 24 */
            hours: number;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /**
             * @description `words`: whole words or phrases, however they are disguised. `pattern`: regular expressions as RE2 takes them. `domains`: links to them. `obscenity`: a list of English words, but for `terms`. `classifier`: what the model of `AI_MODERATION_MODEL` gives `threshold` percent or more, in the categories that `terms` name, or in any; public texts alone, moments after they were written. `repetition`: the same text of `threshold` accounts within `hours`. `mentions`: `threshold` people. `new_account_links`: a link in an account of less than `hours`. `picture`: uploads that look like those whose hashes `terms` are, up to `threshold` of 64 bits, at most 12
             * @enum {string}
             */
            kind: "words" | "pattern" | "domains" | "obscenity" | "classifier" | "repetition" | "mentions" | "new_account_links" | "picture";
            name: string;
            /** @description Of that, what a moderator let stand */
            overturned: number;
            reason: components["schemas"]["ModerationReason"];
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @default [] */
            terms: string[];
            /** @default 5 */
            threshold: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            /** @description Of that, where something was done about it */
            upheld: number;
        };
        ModerationTarget: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @enum {string} */
            type: "post" | "comment" | "user" | "media";
        };
        ModerationTargetOutput: {
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @enum {string} */
            type: "post" | "comment" | "user" | "media";
        };
        MutedPost: {
            author: components["schemas"]["Author"];
            bookmarkedByMe: boolean;
            category: string | null;
            clientMutationId: string | null;
            commentCount: number;
            content: string;
            /** @description What readers see in place of the whole post until they ask for it */
            contentWarning: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            likeCount: number;
            likedByMe: boolean;
            /** @description Of the first link; it comes moments after the post, as a change of it */
            linkCard: components["schemas"]["LinkCard"] | null;
            /** @description Where it was written, in the author's words */
            location: string | null;
            media: components["schemas"]["Attachment"][];
            mediaUrls: string[];
            /** @description Of a post that only you, its author, see: it is hidden, or waits for a moderator */
            moderation: components["schemas"]["ContentModeration"] | null;
            /** @description Nothing about it, or under it, notifies you */
            mutedByMe: boolean;
            /** @description When the mute ends by itself; null where it does not */
            mutedUntil: string | null;
            poll: components["schemas"]["Poll"] | null;
            /** @enum {string} */
            postType: "TEXT" | "IMAGE" | "VIDEO" | "LINK";
            /** @description When it will be published; null unless it is scheduled */
            publishAt: string | null;
            publishedAt: string | null;
            /** @description Others may quote it */
            quotable: boolean;
            /** @description null, too, where you may not see it, or it is gone */
            quotedPost: components["schemas"]["QuotedPost"] | null;
            quotedPostId: string | null;
            repostCount: number;
            repostedByMe: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @description Its media are shown only when a reader asks for them */
            sensitive: boolean;
            /** @description The same as `repostCount` */
            shareCount: number;
            /** @enum {string} */
            status: "published" | "draft" | "scheduled";
            /** @description Of a long text, written by a program; it comes moments after the post, as a change of it */
            summary: string | null;
            title: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            /** @enum {string} */
            visibility: "public" | "followers";
        };
        /** @default {} */
        MutePost: {
            /** @description When it ends by itself; null: it does not */
            until?: string | null;
        };
        MuteState: {
            muted: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @description When it ends by itself */
            until: string | null;
        };
        /** @default {} */
        MuteUser: {
            /** @description When it ends by itself; null: it does not */
            until?: string | null;
        };
        NamedAuditEntry: {
            /** @description Null where nobody did it, the account is gone, or is not known right now */
            actor: components["schemas"]["Author"] | null;
            /** @description Null where nobody did it: a report, a rule, or time */
            actorId: string | null;
            after: components["schemas"]["CaseStanding"];
            before: components["schemas"]["CaseStanding"] | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            caseId: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @enum {string} */
            step: "open" | "flag" | "hold" | "claim" | "release" | "approve" | "reject" | "escalate" | "appeal" | "end" | "undo" | "close";
        };
        /** @description What `navigator.credentials.create` gives, as JSON (WebAuthn, `RegistrationResponseJSON`) */
        NewPasskey: {
            id: string;
            rawId: string;
            response: {
                attestationObject: string;
                clientDataJSON: string;
                transports?: string[];
            };
            /** @constant */
            type: "public-key";
        };
        /**
         * @example {
         *       "options": [
         *         "Tea",
         *         "Coffee"
         *       ],
         *       "duration": 86400
         *     }
         */
        NewPoll: {
            /** @description Seconds from publication to the end */
            duration?: number;
            /**
             * Format: date-time
             * @description In place of `duration`, of a post that is published at once: the end, from five minutes to 30 days ahead
             * @example 2026-01-31T12:00:00.000Z
             */
            endsAt?: string;
            options: string[];
        };
        Notification: {
            actor: components["schemas"]["Author"] | null;
            /** @description The latest of those whom it speaks of, three at most, the latest first */
            actors?: components["schemas"]["Author"][];
            /**
             * @description The `type` of `GET /api/v1/notifications` that lists it; missing where none does
             * @enum {string}
             */
            category?: "mentions" | "comments" | "likes" | "reposts" | "follows";
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            data: {
                /** @description The start of the comment, as it is now; missing where the user may not, or no longer, see it */
                comment?: {
                    content: string;
                    /**
                     * Format: uuid
                     * @description UUIDv7
                     * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                     */
                    id: string;
                };
                /**
                 * Format: uuid
                 * @description The comment that it leads to; of a group of comments the latest
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                commentId?: string;
                count?: number;
                /**
                 * @description Of a decision of moderators: its reason, or what became of your appeal or report
                 * @enum {string}
                 */
                outcome?: "spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "illegal" | "impersonation" | "misinformation" | "other" | "accepted" | "refused";
                /** @description The start of the post, as it is now: of one with a content warning only that. Missing where the user may not, or no longer, see it */
                post?: {
                    content: string;
                    contentWarning: string | null;
                    /**
                     * Format: uuid
                     * @description UUIDv7
                     * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                     */
                    id: string;
                    title: string | null;
                };
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                postId?: string;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                userId?: string;
            };
            groupKey: string | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            message: string;
            read: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @enum {string} */
            type: "new_comment" | "comment_reply" | "mention" | "post_liked" | "like_created" | "post_reposted" | "post_quoted" | "poll_ended" | "new_follower" | "follow_request" | "follow_approved" | "new_post" | "content_removed" | "content_restored" | "warning" | "appeal_resolved" | "report_resolved" | "welcome";
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        /** @enum {string} */
        NotificationCategory: "mentions" | "comments" | "likes" | "reposts" | "follows";
        NotificationChannels: {
            /** @description What is not in the inbox goes nowhere else */
            inbox: boolean;
            mail: boolean;
            push: boolean;
        };
        NotificationPreferences: {
            /**
             * @description Each mail by itself, or together once a day or a week
             * @enum {string}
             */
            mailFrequency: "at_once" | "daily" | "weekly";
            /** @description When nothing is pushed, and nothing but digests is mailed, until they end */
            quietHours: components["schemas"]["QuietHoursOutput"] | null;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @description Where the notifications of each type go */
            types: {
                comment_reply: components["schemas"]["NotificationChannels"];
                follow_approved: components["schemas"]["NotificationChannels"];
                follow_request: components["schemas"]["NotificationChannels"];
                like_created: components["schemas"]["NotificationChannels"];
                mention: components["schemas"]["NotificationChannels"];
                new_comment: components["schemas"]["NotificationChannels"];
                new_follower: components["schemas"]["NotificationChannels"];
                new_post: components["schemas"]["NotificationChannels"];
                poll_ended: components["schemas"]["NotificationChannels"];
                post_liked: components["schemas"]["NotificationChannels"];
                post_quoted: components["schemas"]["NotificationChannels"];
                post_reposted: components["schemas"]["NotificationChannels"];
            };
        };
        /** @description A page with a next one may be short, even empty, where much is hidden from its reader: go on behind its `endCursor`. */
        PageInfo: {
            endCursor: string | null;
            hasNextPage: boolean;
            startCursor: string | null;
        };
        Passkey: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            lastUsedAt: string | null;
            name: string;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @description It is on more than one device, or can be */
            synced: boolean;
        };
        /** @description What `navigator.credentials.get` gives, as JSON (WebAuthn, `AuthenticationResponseJSON`) */
        PasskeyAssertion: {
            id: string;
            rawId: string;
            response: {
                authenticatorData: string;
                clientDataJSON: string;
                signature: string;
                userHandle?: string | null;
            };
            /** @constant */
            type: "public-key";
        };
        PasswordRules: {
            /** @description UTF-16 units */
            maxLength: number;
            /** @description Characters */
            minLength: number;
        };
        PinState: {
            pinned: boolean;
        };
        Poll: {
            /** @description It has ended */
            closed: boolean;
            /** @description Seconds from publication to the end */
            duration: number;
            /** @description null of a post that is not published */
            endsAt: string | null;
            /** @description The place of the option that you voted for, from 0; null where you have not voted */
            myVote: number | null;
            options: components["schemas"]["PollOption"][];
            /** @description Of all options together */
            votes: number;
        };
        PollOption: {
            text: string;
            votes: number;
        };
        PollResult: {
            /** @description It has ended */
            closed: boolean;
            /** @description Seconds from publication to the end */
            duration: number;
            /** @description null of a post that is not published */
            endsAt: string | null;
            options: components["schemas"]["PollOption"][];
            /** @description Of all options together */
            votes: number;
        };
        PollState: {
            poll: components["schemas"]["Poll"];
            /** @description Of the post */
            revision: number;
        };
        /** @description The most popular first */
        PopularPosts: {
            data: components["schemas"]["Post"][];
        };
        Post: {
            author: components["schemas"]["Author"];
            bookmarkedByMe: boolean;
            category: string | null;
            clientMutationId: string | null;
            commentCount: number;
            content: string;
            /** @description What readers see in place of the whole post until they ask for it */
            contentWarning: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            likeCount: number;
            likedByMe: boolean;
            /** @description Of the first link; it comes moments after the post, as a change of it */
            linkCard: components["schemas"]["LinkCard"] | null;
            /** @description Where it was written, in the author's words */
            location: string | null;
            media: components["schemas"]["Attachment"][];
            mediaUrls: string[];
            /** @description Of a post that only you, its author, see: it is hidden, or waits for a moderator */
            moderation: components["schemas"]["ContentModeration"] | null;
            /** @description Nothing about it, or under it, notifies you */
            mutedByMe: boolean;
            poll: components["schemas"]["Poll"] | null;
            /** @enum {string} */
            postType: "TEXT" | "IMAGE" | "VIDEO" | "LINK";
            /** @description When it will be published; null unless it is scheduled */
            publishAt: string | null;
            publishedAt: string | null;
            /** @description Others may quote it */
            quotable: boolean;
            /** @description null, too, where you may not see it, or it is gone */
            quotedPost: components["schemas"]["QuotedPost"] | null;
            quotedPostId: string | null;
            repostCount: number;
            repostedByMe: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @description Its media are shown only when a reader asks for them */
            sensitive: boolean;
            /** @description The same as `repostCount` */
            shareCount: number;
            /** @enum {string} */
            status: "published" | "draft" | "scheduled";
            /** @description Of a long text, written by a program; it comes moments after the post, as a change of it */
            summary: string | null;
            title: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            /** @enum {string} */
            visibility: "public" | "followers";
        };
        PostAggregate: {
            comments: {
                /** @description The newest ones, newest first */
                data: components["schemas"]["AggregatedComment"][];
                /** @description `endCursor` leads on in the post's list of comments */
                pageInfo: components["schemas"]["PageInfo"];
            };
            post: components["schemas"]["AggregatedPost"];
        };
        PostHit: {
            highlights: components["schemas"]["Highlight"][];
            post: components["schemas"]["Post"];
        };
        PostMuteState: {
            muted: boolean;
            /** @description When it ends by itself */
            until: string | null;
        };
        PostVersion: {
            content: string;
            /**
             * Format: date-time
             * @description When it was changed
             * @example 2026-01-31T12:00:00.000Z
             */
            endedAt: string;
            title: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            writtenAt: string;
        };
        Preferences: {
            contentFilters: {
                /** @description When some of these words end to be filtered; then they are not listed any more */
                ends: components["schemas"]["FilterEndOutput"][];
                /** @description Words and phrases, without regard to case and accents */
                words: string[];
            };
            /** @description BCP 47; null: the device's */
            language: string | null;
            /** @description Followers are approved, and only they see the user's posts */
            privateAccount: boolean;
            /** @description Who sees the user's posts may also list what they like */
            publicLikes: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @enum {string} */
            theme: "system" | "light" | "dark";
            /** @description A name of the IANA database; null: the device's */
            timeZone: string | null;
            /**
             * @description `following`: those whom the user follows
             * @enum {string}
             */
            whoMayComment: "everyone" | "following" | "nobody";
            /**
             * @description `following`: those whom the user follows
             * @enum {string}
             */
            whoMayMention: "everyone" | "following" | "nobody";
        };
        Problem: {
            challenge?: components["schemas"]["LoginChallenge"];
            /** @enum {string} */
            code: "validation_failed" | "malformed_json" | "external_sign_in_failed" | "link_invalid" | "malformed_request" | "unauthenticated" | "invalid_credentials" | "token_expired" | "second_factor_required" | "challenge_invalid" | "refresh_invalid" | "forbidden" | "approval_pending" | "account_suspended" | "email_unverified" | "insufficient_scope" | "step_up_required" | "invite_invalid" | "registration_closed" | "not_owner" | "comments_restricted" | "cross_origin" | "not_offered" | "not_found" | "method_not_allowed" | "request_timeout" | "conflict" | "username_taken" | "email_taken" | "external_login_taken" | "last_sign_in" | "idempotency_in_progress" | "payload_too_large" | "quota_exceeded" | "uri_too_long" | "unsupported_media_type" | "range_not_satisfiable" | "idempotency_mismatch" | "unprocessable_media" | "headers_too_large" | "rate_limited" | "too_many_streams" | "internal" | "provider_unavailable" | "bad_gateway" | "service_unavailable" | "upstream_timeout" | "loop_detected";
            correlationId?: string;
            detail: string;
            errors?: components["schemas"]["FieldError"][];
            message: string;
            /** @description Of `step_up_required`: what the account can prove itself with, one of which is needed */
            proofs?: ("password" | "sign_in" | "code" | "passkey")[];
            /** @description Seconds, as in Retry-After */
            retryAfter?: number;
            status: number;
            /** @constant */
            success: false;
            suspension?: components["schemas"]["Suspension"];
            title: string;
            type: string;
        };
        PushDevice: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @description It was registered in this session */
            current: boolean;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @enum {string} */
            kind: "web" | "fcm";
            language: string;
            name: string;
        };
        /**
         * @example {
         *       "from": "22:00",
         *       "to": "07:00",
         *       "timeZone": "Europe/Berlin"
         *     }
         */
        QuietHours: {
            /** @example 22:00 */
            from: string;
            /** @example Europe/Paris */
            timeZone: string;
            /**
             * @description On the next day where it is not after `from`
             * @example 22:00
             */
            to: string;
        };
        /**
         * @example {
         *       "from": "22:00",
         *       "to": "07:00",
         *       "timeZone": "Europe/Berlin"
         *     }
         */
        QuietHoursOutput: {
            /** @example 22:00 */
            from: string;
            /** @example Europe/Paris */
            timeZone: string;
            /**
             * @description On the next day where it is not after `from`
             * @example 22:00
             */
            to: string;
        };
        QuotedPost: {
            author: components["schemas"]["Author"];
            content: string;
            contentWarning: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            media: components["schemas"]["Attachment"][];
            poll: components["schemas"]["Poll"] | null;
            publishedAt: string | null;
            sensitive: boolean;
            title: string | null;
        };
        /**
         * @example {
         *       "kind": "fcm",
         *       "name": "Pixel 9",
         *       "token": "abc_123"
         *     }
         */
        RegisterDevice: {
            /** @enum {string} */
            kind: "web" | "fcm";
            /**
             * @description Comes back with each push
             * @default en
             * @example pt-BR
             */
            language?: string;
            /** @example Firefox on Linux */
            name: string;
            /** @description Of a browser: what `PushManager.subscribe` gives, for `webPushKey` */
            subscription?: {
                /** Format: uri */
                endpoint: string;
                keys: {
                    auth: string;
                    p256dh: string;
                };
            };
            /** @description Of an app, from Firebase Cloud Messaging */
            token?: string;
        };
        RejectCase: {
            /**
             * @description `hide`: nobody but its author sees it. `delete`: as its author would. `warn`: it stays. `suspend`: its author is locked out
             * @enum {string}
             */
            action: "hide" | "delete" | "warn" | "suspend";
            reason: components["schemas"]["ModerationReason"];
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /**
             * Format: date-time
             * @description Of `hide` and `suspend`: when it ends; without an end where it is missing
             * @example 2026-01-31T12:00:00.000Z
             */
            until?: string;
        };
        RenamePasskey: {
            name: string;
        };
        Replay: {
            aggregate: string | null;
            /**
             * Format: date-time
             * @description What was made before this is done
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            consumer: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @description Null for one of the command line */
            createdBy: string | null;
            /** @description Events that say nothing any more, as what they spoke of is deleted: they are left out */
            empty: number;
            /** @description Events whose handling failed; the log of the consumer says why */
            failed: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            from: string;
            handled: number;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            lastFailure: string | null;
            /** @description The share of the time between `from` and `to` that is done */
            progress: number;
            rate: number;
            /** @enum {string} */
            state: "running" | "paused" | "done" | "cancelled";
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            to: string;
            types: string[] | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        Report: {
            /** @description Something was done about it; null until that is decided */
            accepted: boolean | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            note: string;
            reason: components["schemas"]["ModerationReason"];
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            target: components["schemas"]["ModerationTargetOutput"];
        };
        RepostState: {
            repostCount: number;
            reposted: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
        };
        ResetPassword: {
            password: string;
            token: string;
        };
        RuleTrial: {
            /** @description The newest 100 of those found, with why */
            data: {
                content: string;
                detail: string;
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                postId: string;
            }[];
            found: number;
            /** @description How many posts there were to look at, 1,000 at most */
            looked: number;
        };
        /** @description null for the types that were not asked for */
        SearchResults: {
            posts: {
                data: components["schemas"]["PostHit"][];
                pageInfo: components["schemas"]["PageInfo"];
            } | null;
            tags: {
                data: components["schemas"]["TagHit"][];
                pageInfo: components["schemas"]["PageInfo"];
            } | null;
            users: {
                data: components["schemas"]["User"][];
                pageInfo: components["schemas"]["PageInfo"];
            } | null;
        };
        SeenCase: {
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
        };
        Session: {
            address: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            current: boolean;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            lastUsedAt: string;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            userAgent: string;
        };
        SessionsOfAccount: {
            /** @description Those that were used last first, a hundred at most */
            sessions: components["schemas"]["Session"][];
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            userId: string;
            username: string;
        };
        SignedIn: {
            data: {
                tokens: components["schemas"]["Tokens"];
                user: components["schemas"]["Account"];
            };
            message: string;
            /** @constant */
            success: true;
        };
        SignInOptions: {
            /**
             * @description null where there are none
             * @default null
             */
            passkeys: {
                /** @description The domain that they are for: it, and those below it */
                rpId: string;
            } | null;
            /** @description Whose accounts sign in here */
            providers: {
                label: string;
                name: string;
            }[];
            /**
             * @description Who may create an account
             * @enum {string}
             */
            registration: "open" | "invite" | "approval" | "closed";
        };
        Signup: {
            /** Format: email */
            email: string;
            fullName?: string;
            inviteCode?: string;
            password: string;
            username: string;
        };
        StepUp: {
            code?: string;
            passkey?: components["schemas"]["PasskeyAssertion"];
            password?: string;
        };
        StoredEvent: {
            actorId: string | null;
            aggregate: {
                /**
                 * Format: uuid
                 * @description UUIDv7
                 * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                 */
                id: string;
                revision: number;
                type: string;
            };
            /** @description As it was published; null once a post, comment or account that it speaks of is deleted */
            body: {
                [key: string]: unknown;
            } | null;
            correlationId: string;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /**
             * Format: uuid
             * @description What orders it: events of one key keep their order
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            key: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            occurredAt: string;
            /** @description The service that publishes its type; null where several do, or none does any more */
            producer: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            storedAt: string;
            type: string;
        };
        /** @description `remove` comes first */
        StreamChange: {
            /** @default [] */
            add?: {
                /** @description Position in a stream, opaque: `<epoch>:<offset>` */
                cursor?: string;
                /** @description `post:{id}`, `user:me` (the inbox) or `feed:me` (`new_post`, `new_repost`, `repost_removed` and `trends` signals) */
                stream: string;
            }[];
            /** @default [] */
            remove?: string[];
        };
        SuggestedTitle: {
            /** @description What wrote it: `extractive`, which chooses sentences of the text, or the name of the model that the server's operator has chosen */
            model: string;
            title: string;
        };
        Suggestion: {
            /** @description Of the last users whom you followed, those who follow them */
            followees: number;
            user: components["schemas"]["User"];
        };
        Summary: {
            /** @description What wrote it: `extractive`, which chooses sentences of the text, or the name of the model that the server's operator has chosen */
            model: string;
            summary: string;
        };
        /** @description Of `account_suspended` */
        Suspension: {
            /** @description For half an hour, what `POST /api/auth/suspension/appeal` takes in place of a password */
            appealToken?: string;
            /** @enum {string} */
            reason: "spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "illegal" | "impersonation" | "misinformation" | "other";
            /** @description null where it has no end */
            until: string | null;
        };
        TagHit: {
            /** @description Of the newest 500 posts with such tags, those that you may see */
            posts: number;
            tag: string;
        };
        TagState: {
            followedByMe: boolean;
            /** @description Without `#`, and without regard to case and accents */
            tag: string;
        };
        TimelineEntry: {
            /** @description Since the first event of the same correlation id, in milliseconds */
            afterMs: number;
            /** @description The services that handle it */
            consumers: string[];
            event: components["schemas"]["StoredEvent"];
        };
        Tokens: {
            accessToken: string;
            /** @description Seconds until the access token ends */
            expiresIn: number;
            refreshToken: string;
        };
        Trend: {
            /** @description Who used it within a day, in public posts; new accounts do not count */
            authors: number;
            tag: string;
        };
        /** @description The most talked of first, each by three people at least */
        Trends: {
            data: components["schemas"]["Trend"][];
        };
        UnreadCount: {
            unreadCount: number;
            /** @description Of the newest hundred, those that are unread and were not seen in the list yet */
            unseenCount: number;
        };
        UpdateCategory: {
            name?: string;
            /** @description The lower stands first; those of one position stand by name */
            position?: number;
        };
        UpdateComment: {
            content: string;
        };
        UpdateDraft: {
            /** @default null */
            category?: string | null;
            /** @default  */
            content?: string;
            /** @default null */
            contentWarning?: string | null;
            /** @default null */
            location?: string | null;
            /**
             * @description When the post is to be published; null for at once
             * @default null
             */
            publishAt?: string | null;
            /** @default true */
            quotable?: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @default false */
            sensitive?: boolean;
            /** @default null */
            title?: string | null;
            /**
             * @default public
             * @enum {string}
             */
            visibility?: "public" | "followers";
        };
        UpdateNotificationChannels: {
            /** @description What is not in the inbox goes nowhere else */
            inbox?: boolean;
            mail?: boolean;
            push?: boolean;
        };
        UpdateNotificationPreferences: {
            /**
             * @description Each mail by itself, or together once a day or a week
             * @enum {string}
             */
            mailFrequency?: "at_once" | "daily" | "weekly";
            /** @description When nothing is pushed, and nothing but digests is mailed, until they end */
            quietHours?: components["schemas"]["QuietHours"] | null;
            types?: {
                comment_reply?: components["schemas"]["UpdateNotificationChannels"];
                follow_approved?: components["schemas"]["UpdateNotificationChannels"];
                follow_request?: components["schemas"]["UpdateNotificationChannels"];
                like_created?: components["schemas"]["UpdateNotificationChannels"];
                mention?: components["schemas"]["UpdateNotificationChannels"];
                new_comment?: components["schemas"]["UpdateNotificationChannels"];
                new_follower?: components["schemas"]["UpdateNotificationChannels"];
                new_post?: components["schemas"]["UpdateNotificationChannels"];
                poll_ended?: components["schemas"]["UpdateNotificationChannels"];
                post_liked?: components["schemas"]["UpdateNotificationChannels"];
                post_quoted?: components["schemas"]["UpdateNotificationChannels"];
                post_reposted?: components["schemas"]["UpdateNotificationChannels"];
            };
        };
        UpdatePost: {
            /** @description Of the post's media; one that is left out keeps its text, an empty one removes it */
            altTexts?: components["schemas"]["AltText"][];
            category?: string | null;
            content?: string;
            contentWarning?: string | null;
            location?: string | null;
            /** @description As long as nobody has voted; its time begins again */
            poll?: components["schemas"]["NewPoll"] | null;
            /**
             * Format: date-time
             * @description Of a scheduled post, or one that becomes scheduled: from five seconds to a year ahead
             * @example 2026-01-31T12:00:00.000Z
             */
            publishAt?: string;
            /** @description Posts that quote it already stay */
            quotable?: boolean;
            sensitive?: boolean;
            /**
             * @description A draft or a scheduled post becomes any other; a published post stays published
             * @enum {string}
             */
            status?: "published" | "draft" | "scheduled";
            title?: string | null;
            /** @enum {string} */
            visibility?: "public" | "followers";
        };
        UpdatePreferences: {
            /** @description Without `ends`, those of the words that stay are as they were */
            contentFilters?: {
                /** @description When some of these words end to be filtered; then they are not listed any more */
                ends?: components["schemas"]["FilterEnd"][];
                /** @description Words and phrases, without regard to case and accents */
                words: string[];
            };
            /** @description BCP 47; null: the device's */
            language?: string | null;
            /** @description Followers are approved, and only they see the user's posts */
            privateAccount?: boolean;
            /** @description Who sees the user's posts may also list what they like */
            publicLikes?: boolean;
            /** @enum {string} */
            theme?: "system" | "light" | "dark";
            /** @description A name of the IANA database; null: the device's */
            timeZone?: string | null;
            /**
             * @description `following`: those whom the user follows
             * @enum {string}
             */
            whoMayComment?: "everyone" | "following" | "nobody";
            /**
             * @description `following`: those whom the user follows
             * @enum {string}
             */
            whoMayMention?: "everyone" | "following" | "nobody";
        };
        UpdateRule: {
            /** @default true */
            enabled?: boolean;
            /**
             * @description What it finds is its author's alone until a moderator has decided
             * @default false
             */
            hide?: boolean;
            /** @default 24 */
            hours?: number;
            /**
             * @description `words`: whole words or phrases, however they are disguised. `pattern`: regular expressions as RE2 takes them. `domains`: links to them. `obscenity`: a list of English words, but for `terms`. `classifier`: what the model of `AI_MODERATION_MODEL` gives `threshold` percent or more, in the categories that `terms` name, or in any; public texts alone, moments after they were written. `repetition`: the same text of `threshold` accounts within `hours`. `mentions`: `threshold` people. `new_account_links`: a link in an account of less than `hours`. `picture`: uploads that look like those whose hashes `terms` are, up to `threshold` of 64 bits, at most 12
             * @enum {string}
             */
            kind: "words" | "pattern" | "domains" | "obscenity" | "classifier" | "repetition" | "mentions" | "new_account_links" | "picture";
            name: string;
            reason: components["schemas"]["ModerationReason"];
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @default [] */
            terms?: string[];
            /** @default 5 */
            threshold?: number;
        };
        UpdateUser: {
            avatarUrl?: string | null;
            bio?: string;
            fullName?: string;
            headerUrl?: string | null;
            links?: string[];
            location?: string | null;
        };
        UpdateWebhook: {
            description?: string;
            enabled?: boolean;
            types?: ("post.published" | "post.updated" | "post.deleted" | "post.liked" | "post.unliked" | "post.reposted" | "post.unreposted" | "comment.created" | "comment.updated" | "user.followed" | "user.unfollowed" | "user.follow_requested" | "comment.deleted" | "like.created" | "like.deleted" | "user.registered" | "user.updated" | "user.deleted")[];
            /**
             * Format: uri
             * @description HTTPS, on its usual port, at a public address
             * @example https://hooks.example.com/newfeed
             */
            url?: string;
        };
        UploadedAvatar: {
            blurhash: string;
            /** @description When it is removed unless a post or the profile shows it (an address in a text does not keep it) */
            expiresAt: string | null;
            height: number;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            public_id: string;
            /** @description Addresses of files that are 96, 192 and 512 pixels wide; `url` is the large one */
            sizes: {
                large: string;
                medium: string;
                small: string;
            };
            /** @constant */
            success: true;
            thumbnailUrl: string;
            url: string;
            width: number;
        };
        UploadedDocument: {
            bytes: number;
            /** @description When it is removed unless a post or the profile shows it (an address in a text does not keep it) */
            expiresAt: string | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            name: string;
            public_id: string;
            /** @constant */
            success: true;
            url: string;
        };
        UploadedHeader: {
            blurhash: string;
            /** @description When it is removed unless a post or the profile shows it (an address in a text does not keep it) */
            expiresAt: string | null;
            height: number;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            public_id: string;
            /** @description Addresses of files that are 480, 960 and 1500 pixels wide; `url` is the large one */
            sizes: {
                large: string;
                medium: string;
                small: string;
            };
            /** @constant */
            success: true;
            thumbnailUrl: string;
            url: string;
            width: number;
        };
        UploadedImage: {
            blurhash: string;
            /** @description When it is removed unless a post or the profile shows it (an address in a text does not keep it) */
            expiresAt: string | null;
            height: number;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            public_id: string;
            /** @constant */
            success: true;
            thumbnailUrl: string;
            url: string;
            width: number;
        };
        UploadedVideo: {
            blurhash: string | null;
            duration: number | null;
            /** @description When it is removed unless a post or the profile shows it (an address in a text does not keep it) */
            expiresAt: string | null;
            height: number;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            public_id: string;
            /** @constant */
            success: true;
            thumbnailUrl: string | null;
            url: string;
            width: number;
        };
        User: {
            /** @description Of an uploaded avatar the large size: the same address with `-192` or `-96` in place of `-512` is a smaller one */
            avatarUrl: string | null;
            bio: string;
            blockedByMe: boolean;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            followedByMe: boolean;
            followerCount: number;
            followingCount: number;
            followsMe: boolean;
            fullName: string;
            /** @description The picture over the profile, 3 times as wide as high; the large size: the same address with `-960` or `-480` in place of `-1500` is a smaller one */
            headerUrl: string | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @description Addresses elsewhere, in the user's order */
            links: string[];
            /** @description Where the user is, in their words */
            location: string | null;
            /** @description Their posts are in none of your lists, and nothing that they do notifies you */
            mutedByMe: boolean;
            /** @description When your mute ends by itself; null where it does not */
            mutedUntil: string | null;
            /** @description Followers are approved, and only they see the user's posts */
            private: boolean;
            /** @description Who sees the user's posts may also list what they like */
            publicLikes: boolean;
            /** @description You have asked to follow this user */
            requestedByMe: boolean;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            username: string;
        };
        UserComment: {
            /** @description null once deleted */
            author: components["schemas"]["Author"] | null;
            clientMutationId: string | null;
            /** @description empty once deleted */
            content: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            deleted: boolean;
            /** @description 0 for a top-level comment; 0 in live events of earlier versions, too */
            depth: number;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            likeCount: number;
            likedByMe: boolean;
            /** @description Of a comment that only you, its author, see: it is hidden, or waits for a moderator */
            moderation: components["schemas"]["ContentModeration"] | null;
            /** @description The comment that it answers, at any depth; null of a top-level comment */
            parentCommentId: string | null;
            /** @description What it stands under */
            post: components["schemas"]["QuotedPost"];
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            postId: string;
            /** @description Direct replies */
            replyCount: number;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /** @description The top-level comment above it; null of one, and in live events of earlier versions */
            rootCommentId: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        VerifyEmail: {
            token: string;
        };
        Vote: {
            /** @description The place of the option, from 0 */
            option: number;
        };
        Webhook: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            description: string;
            /** @description `failing`: no delivery arrived for three days. `gone`: it answered 410. Null where you did it, or it is enabled */
            disabledBecause: ("failing" | "gone") | null;
            enabled: boolean;
            /** @description No delivery has arrived since; null while they do */
            failingSince: string | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            /** @description Until then, deliveries are signed with the previous secret, too */
            previousSecretUntil: string | null;
            /** @description Grows by one with every change; the higher revision of an id wins */
            revision: number;
            /**
             * @description `own`: told of what happens to your posts, and of who follows you. `installation`: of what happens in public; for administrators
             * @enum {string}
             */
            scope: "own" | "installation";
            types: ("post.published" | "post.updated" | "post.deleted" | "post.liked" | "post.unliked" | "post.reposted" | "post.unreposted" | "comment.created" | "comment.updated" | "user.followed" | "user.unfollowed" | "user.follow_requested" | "comment.deleted" | "like.created" | "like.deleted" | "user.registered" | "user.updated" | "user.deleted")[];
            url: string;
        };
        WebhookDelivery: {
            /** @description How often it was sent, or about to be */
            attempts: number;
            /** @description As it is sent: JSON */
            body: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @description Of the last attempt */
            durationMs: number | null;
            /** @description Why the last attempt failed */
            failure: ("address" | "unreachable" | "time" | "status" | "url") | null;
            /**
             * Format: uuid
             * @description UUIDv7
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            id: string;
            lastAttemptAt: string | null;
            /**
             * Format: uuid
             * @description Its `webhook-id`: the same each time it is sent, also when it is sent again
             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
             */
            messageId: string;
            /** @description Not before that; it waits for earlier ones of the same post or user */
            nextAttemptAt: string | null;
            /** @enum {string} */
            state: "waiting" | "delivered" | "failed";
            /** @description Of the last answer */
            status: number | null;
            /** @enum {string} */
            type: "post.published" | "post.updated" | "post.deleted" | "post.liked" | "post.unliked" | "post.reposted" | "post.unreposted" | "comment.created" | "comment.updated" | "user.followed" | "user.unfollowed" | "user.follow_requested" | "comment.deleted" | "like.created" | "like.deleted" | "user.registered" | "user.updated" | "user.deleted" | "webhook.test";
        };
        WebhookWithSecret: {
            /** @description `whsec_…`, by which deliveries are verified (Standard Webhooks). In this response alone */
            secret: string;
            webhook: components["schemas"]["Webhook"];
        };
        WhyChannels: {
            mail: components["schemas"]["ChannelWhy"];
            push: components["schemas"]["ChannelWhy"];
        };
        WhyNotified: {
            /** @description What became of it beside the inbox; null where you did not hear of it */
            channels: components["schemas"]["WhyChannels"] | null;
            /** @description You have chosen where notifications of this type go; otherwise they go where those of all users go */
            chosen: boolean;
            /** @description How many people the notification speaks of: one group for all of them */
            count: number | null;
            heard: boolean;
            /** @description What is in your inbox about it */
            notificationId: string | null;
            /** @description Why you did not hear of it, as far as what holds now says; `unknown`: nothing that holds now keeps it from you. Null where you did */
            reason: ("own_act" | "type_off" | "filtered_word" | "muted_user" | "muted_conversation" | "blocked" | "not_visible" | "deleted" | "no_bell" | "unknown") | null;
            /** @enum {string} */
            type: "new_comment" | "comment_reply" | "mention" | "post_liked" | "like_created" | "post_reposted" | "post_quoted" | "poll_ended" | "new_follower" | "follow_request" | "follow_approved" | "new_post" | "content_removed" | "content_restored" | "warning" | "appeal_resolved" | "report_resolved" | "welcome";
            /** @description Of `filtered_word`: which */
            word: string | null;
        };
        WriteRule: {
            /** @default true */
            enabled?: boolean;
            /**
             * @description What it finds is its author's alone until a moderator has decided
             * @default false
             */
            hide?: boolean;
            /** @default 24 */
            hours?: number;
            /**
             * @description `words`: whole words or phrases, however they are disguised. `pattern`: regular expressions as RE2 takes them. `domains`: links to them. `obscenity`: a list of English words, but for `terms`. `classifier`: what the model of `AI_MODERATION_MODEL` gives `threshold` percent or more, in the categories that `terms` name, or in any; public texts alone, moments after they were written. `repetition`: the same text of `threshold` accounts within `hours`. `mentions`: `threshold` people. `new_account_links`: a link in an account of less than `hours`. `picture`: uploads that look like those whose hashes `terms` are, up to `threshold` of 64 bits, at most 12
             * @enum {string}
             */
            kind: "words" | "pattern" | "domains" | "obscenity" | "classifier" | "repetition" | "mentions" | "new_account_links" | "picture";
            name: string;
            reason: components["schemas"]["ModerationReason"];
            /** @default [] */
            terms?: string[];
            /** @default 5 */
            threshold?: number;
        };
        WrittenText: {
            /** @description The text. It is worked on, never obeyed. */
            content: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description The tightest limit: what remains (`r`), and the seconds until it is full again (`t`) */
        RateLimit: string;
        /** @description That limit's quota (`q`) in its window of `w` seconds */
        "RateLimit-Policy": string;
        /** @description The request's own, or a new one: it stands in logs and events */
        "X-Correlation-Id": string;
        /** @description As `q` */
        "X-RateLimit-Limit": number;
        /** @description As `r` */
        "X-RateLimit-Remaining": number;
        /** @description As `t` */
        "X-RateLimit-Reset": number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    jwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public keys of access tokens (RFC 7517) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: {
                            [key: string]: unknown;
                        }[];
                    };
                };
            };
        };
    };
    listApplicants: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The accounts that wait for approval, for administrators; they are deleted after 30 days */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Applicant"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    approveApplicant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Approve an account, as an administrator; its owner gets a mail */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    refuseApplicant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refuse an account, as an administrator: it is deleted, and its owner gets a mail */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeEmail"];
            };
        };
        responses: {
            /** @description Have a link sent to a new e-mail address, which it becomes the account's with; the present one is informed. With the password, or a step-up before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    resendVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Have the link that verifies the account's e-mail address sent again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyEmail"];
            };
        };
        responses: {
            /** @description Confirm an e-mail address with a link's token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            email: string;
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    listExternalLogins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The accounts elsewhere that the user signs in with */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            hasPassword: boolean;
                            logins: components["schemas"]["ExternalLogin"][];
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    linkExternalLogin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: "google" | "github" | "oidc";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkExternalLogin"];
            };
        };
        responses: {
            /** @description Begin to link an account elsewhere: the browser goes to `url`, and comes back to `returnTo` with `#linked=…` or `#error=…` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            url: string;
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    unlinkExternalLogin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: "google" | "github" | "oidc" | "identity";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Unlink an account elsewhere, unless it is the last way in. `identity`: the user of the issuer elsewhere, with the sessions of their tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    finishExternalSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FinishExternalSignIn"];
            };
        };
        responses: {
            /** @description Finish signing in with an account elsewhere. The first time an account is created, under `username` if the one from there is taken */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    startGithub: {
        parameters: {
            query: {
                challenge: string;
                returnTo: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sign in with github, in a browser: it comes back to `returnTo` with `#code=…`, which finishes once, or `#error=…` */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    githubCallback: {
        parameters: {
            query?: {
                code?: string;
                error?: string;
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where github sends the browser to */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    startGoogle: {
        parameters: {
            query: {
                challenge: string;
                returnTo: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sign in with google, in a browser: it comes back to `returnTo` with `#code=…`, which finishes once, or `#error=…` */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    googleCallback: {
        parameters: {
            query?: {
                code?: string;
                error?: string;
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where google sends the browser to */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listInvites: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invitations, for administrators; they are deleted 30 days after they expired */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Invite"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    createInvite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateInvite"];
            };
        };
        responses: {
            /** @description Make an invitation, as an administrator; its code is shown once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            code: string;
                            invite: components["schemas"]["Invite"];
                            /** @description The page to sign up with it */
                            url: string;
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    deleteInvite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Withdraw an invitation, as an administrator */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Sign in; `email` may hold the username */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    loginPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginPasskey"];
            };
        };
        responses: {
            /** @description Sign in with a passkey */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    loginSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginSecondFactor"];
            };
        };
        responses: {
            /** @description Go on with a sign-in that was answered with `second_factor_required`, with a code or a passkey */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description End the session: its cookies, sockets and streams */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The signed-in account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            user: components["schemas"]["Account"];
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    deleteMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    password?: string;
                };
            };
        };
        responses: {
            /** @description Delete the account and everything that belongs to it; with the password, or a step-up before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    startOidc: {
        parameters: {
            query: {
                challenge: string;
                returnTo: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sign in with oidc, in a browser: it comes back to `returnTo` with `#code=…`, which finishes once, or `#error=…` */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    oidcCallback: {
        parameters: {
            query?: {
                code?: string;
                error?: string;
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where oidc sends the browser to */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    signInOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How users join and sign in here */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["SignInOptions"];
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    listPasskeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your passkeys, the newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            passkeys: components["schemas"]["Passkey"][];
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    addPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddPasskey"];
            };
        };
        responses: {
            /** @description Add the passkey that was begun. It signs in from then on; a mail tells you */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            passkey: components["schemas"]["Passkey"];
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    removePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a passkey, unless it is the last way in. After a step-up; a mail tells you */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    renamePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenamePasskey"];
            };
        };
        responses: {
            /** @description Rename a passkey */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            passkey: components["schemas"]["Passkey"];
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    beginPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Begin to add a passkey. After a step-up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description For `navigator.credentials.create`, as JSON (WebAuthn, `PublicKeyCredentialCreationOptionsJSON`). Good once, for five minutes */
                            options: {
                                [key: string]: unknown;
                            };
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    challengePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChallengePasskey"];
            };
        };
        responses: {
            /** @description Ask for a passkey: to sign in, in place of a code (with the `challenge` of `second_factor_required`), or for a step-up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description For `navigator.credentials.get`, as JSON (WebAuthn, `PublicKeyCredentialRequestOptionsJSON`). Good once, for five minutes */
                            options: {
                                [key: string]: unknown;
                            };
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    passwordRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a new password needs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["PasswordRules"];
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            /** @description Change the password: the other sessions end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForgotPassword"];
            };
        };
        responses: {
            /** @description Have a link sent that sets a new password; `email` may hold the username. The answer is the same for an unknown one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPassword"];
            };
        };
        responses: {
            /** @description Set a new password with a link's token: all sessions end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    refreshToken?: string;
                };
            };
        };
        responses: {
            /** @description Rotate the refresh token (from the cookie, or the body) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    secondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether sign-in asks for a code, and how many recovery codes are left */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            enabledAt: string | null;
                            recoveryCodes: number;
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    beginSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Get the secret for an authenticator app, which a first code turns on. After a step-up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Base32 */
                            secret: string;
                            /** @description For a QR code */
                            uri: string;
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    removeSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Turn the second factor off. After a step-up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    confirmSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmSecondFactor"];
            };
        };
        responses: {
            /** @description Turn the second factor on with a first code */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Each signs in once. They are in this response alone */
                            recoveryCodes: string[];
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Get new recovery codes: those of before are void. After a step-up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Each signs in once. They are in this response alone */
                            recoveryCodes: string[];
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The devices that are signed in, a hundred at most: with another one, that which was used the longest ago is signed out */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            sessions: components["schemas"]["Session"][];
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    revokeSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sign a device out */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Sign out everywhere else */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    signup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Signup"];
            };
        };
        responses: {
            /** @description Create an account and sign in */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    stepUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StepUp"];
            };
        };
        responses: {
            /** @description Show in this session that it is you: for ten minutes, what answers `step_up_required` is allowed. Signing in does the same. With a second factor the password is not enough */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             * @example 2026-01-31T12:00:00.000Z
                             */
                            provedUntil: string;
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    appealSuspension: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AppealSuspension"];
            };
        };
        responses: {
            /** @description Appeal against a suspension, once, with the password or the `appealToken` of the refused sign-in, since there is no session: another moderator decides */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your API tokens, the newest first, without their secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            tokens: components["schemas"]["ApiToken"][];
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateToken"];
            };
        };
        responses: {
            /** @description Create an API token. Its secret is in this response alone. After a step-up */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description What the program sends as its Bearer token */
                            secret: string;
                            token: components["schemas"]["ApiToken"];
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoke an API token: its sockets and streams close at once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: null;
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    validate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description Check whether an access token of ours or of the issuer elsewhere, or an API token, is valid */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             * @example 2026-01-31T12:00:00.000Z
                             */
                            expiresAt?: string;
                            roles?: string[];
                            scopes?: ("read" | "write" | "admin:operate")[];
                            /**
                             * Format: uuid
                             * @description UUIDv7
                             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                             */
                            sessionId?: string;
                            /**
                             * Format: uuid
                             * @description UUIDv7
                             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                             */
                            userId?: string;
                            username?: string;
                            valid: boolean;
                        };
                        message: string;
                        /** @constant */
                        success: true;
                    };
                };
            };
        };
    };
    getMedia: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An upload */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Media"];
                };
            };
        };
    };
    deleteMedia: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete an upload */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    uploadAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    image: string;
                };
            };
        };
        responses: {
            /** @description Upload a picture of yourself: the square in its middle, in three sizes. `avatarUrl` of `PATCH /api/v1/users/me` then names its `url` */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedAvatar"];
                };
            };
        };
    };
    startDirectUpload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The size of the file, exactly. At most 50 MB */
                    bytes: number;
                    /** @enum {string} */
                    contentType: "video/mp4" | "video/webm" | "video/quicktime";
                };
            };
        };
        responses: {
            /** @description Ask for a form that takes a video past NewFeed, where uploads are kept in a bucket: for files that would take long. Send the video within 15 minutes, in a POST to `url` with `fields` and then `file`, and complete it within the hour */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DirectUpload"];
                };
            };
        };
    };
    cancelDirectUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Give up a direct upload: what has arrived of it is removed, and it cannot be completed any more (idempotent). One that is completed stays */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    completeDirectUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Have a video that was sent to a form checked and kept, as any upload is. Again, it answers the same */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedVideo"];
                };
            };
        };
    };
    uploadDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    document: string;
                };
            };
        };
        responses: {
            /** @description Upload a PDF of at most 10 MB. It is kept as it is, also what it says of its author, and served as a download under the name of the file */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedDocument"];
                };
            };
        };
    };
    uploadHeader: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    image: string;
                };
            };
        };
        responses: {
            /** @description Upload the picture over your profile: what is in its middle, three times as wide as high, in three sizes. `headerUrl` of `PATCH /api/v1/users/me` then names its `url` */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedHeader"];
                };
            };
        };
    };
    uploadImage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    image: string;
                };
            };
        };
        responses: {
            /** @description Upload a JPG, PNG, GIF or WEBP of at most 5 MB */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedImage"];
                };
            };
        };
    };
    uploadVideo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    video: string;
                };
            };
        };
        responses: {
            /** @description Upload an MP4, WEBM or MOV of at most 50 MB */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedVideo"];
                };
            };
        };
    };
    streamMany: {
        parameters: {
            query?: {
                /** @description As the header; `lastEventId` and `Last-Event-ID` are read too */
                last_event_id?: string;
                /** @description `post:<id>`, `user:me` (your inbox) and `feed:me`, separated by commas, each with `@<cursor>` if it is to be resumed; at most 100. Not needed with a position, which names its streams. */
                streams?: string;
                /** @description Without an account: posts that everyone may see, and no inbox or feed. At most 50 such connections of a network */
                visitor?: "true";
            };
            header?: {
                /** @description The `id` of the last event that was received */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The stream is closed for good: do not reconnect */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    changeStreams: {
        parameters: {
            query?: {
                /** @description Without an account: posts that everyone may see, and no inbox or feed. At most 50 such connections of a network */
                visitor?: "true";
            };
            header?: never;
            path: {
                /** @description As `hello` names it */
                connection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StreamChange"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        accepted: true;
                    };
                };
            };
        };
    };
    streamComments: {
        parameters: {
            query?: {
                /** @description As the header; `lastEventId` and `Last-Event-ID` are read too */
                last_event_id?: string;
                /** @description Without an account: posts that everyone may see, and no inbox or feed. At most 50 such connections of a network */
                visitor?: "true";
            };
            header?: {
                /** @description The `id` of the last event that was received */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description UUIDv7 */
                postId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The stream is closed for good: do not reconnect */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    streamNotifications: {
        parameters: {
            query?: {
                /** @description As the header; `lastEventId` and `Last-Event-ID` are read too */
                last_event_id?: string;
                /** @description Without an account: posts that everyone may see, and no inbox or feed. At most 50 such connections of a network */
                visitor?: "true";
            };
            header?: {
                /** @description The `id` of the last event that was received */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The stream is closed for good: do not reconnect */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listAccountDeletions: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description Only those that have not come to their end */
                state?: "running";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deletions of accounts and how far each service is, newest first, for administrators and auditors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["AccountDeletion"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    listAccountSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where a user is signed in, for administrators and auditors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsOfAccount"];
                };
            };
        };
    };
    endAccountSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sign a user out everywhere, as an administrator: their API tokens stay */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    endAccountSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sign a user out of one device, as an administrator */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    suggestTitle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WrittenText"];
            };
        };
        responses: {
            /** @description Suggest a title of at most sixty characters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuggestedTitle"];
                };
            };
        };
    };
    summarize: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WrittenText"];
            };
        };
        responses: {
            /** @description Summarise a text in two or three sentences; a text that has no more stays as it is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
        };
    };
    listBookmarks: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The posts that you have bookmarked and may see, the last one bookmarked first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Post"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    listCategories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The categories that a post can be in, in their order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Category"][];
                    };
                };
            };
        };
    };
    createCategory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCategory"];
            };
        };
        responses: {
            /** @description Make a category, as an administrator */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Category"];
                };
            };
        };
    };
    deleteCategory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a category, as an administrator: its posts stay, in none. Made again under its slug, it has them back */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateCategory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCategory"];
            };
        };
        responses: {
            /** @description Rename or move a category, as an administrator */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Category"];
                };
            };
        };
    };
    listComments: {
        parameters: {
            query: {
                /** @description A page with this comment in the middle, which goes on both ways: by `previousCursor` and `nextCursor` */
                around?: string;
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description Which come first; `cursor` continues in this order. With `most_liked`, where the newest of equally many likes comes first and `since` is not taken, a comment whose likes change between two pages may come twice or not at all: keep each id once */
                order?: "newest" | "oldest" | "most_liked";
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description List the direct replies to this comment, which may itself be a reply */
                parentCommentId?: string;
                /** @description UUIDv7 */
                postId: string;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Comments of a post: newest, oldest or most liked first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentPage"];
                };
            };
        };
    };
    createComment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first request did, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateComment"];
            };
        };
        responses: {
            /** @description Comment on the post named in the body */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comment"];
                };
            };
        };
    };
    getComment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One comment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comment"];
                };
            };
        };
    };
    deleteComment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a comment (its author, or the post's author) */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateComment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateComment"];
            };
        };
        responses: {
            /** @description Change a comment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comment"];
                };
            };
        };
    };
    commentHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a comment said before its changes, newest first: the last 20 versions that stood for five minutes or more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["CommentVersion"][];
                    };
                };
            };
        };
    };
    likeComment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Like a comment (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LikeState"];
                };
            };
        };
    };
    unlikeComment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a like (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LikeState"];
                };
            };
        };
    };
    getCommentThread: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One comment with the comments above it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentThread"];
                };
            };
        };
    };
    communityRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rules of the community, which moderators go by */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommunityRules"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                /** @description A text that the reason has in it */
                reason?: string;
                service?: "auth-service" | "user-service" | "post-service" | "comment-service" | "media-service" | "notification-service" | "query-service" | "moderation-service" | "event-service" | "delivery-service";
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events that services failed to handle, service by service, for administrators and auditors. A page may be short: go on behind its `endCursor`. Services that cannot be asked are left out */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["DeadLetterSummary"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    getDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                service: "auth-service" | "user-service" | "post-service" | "comment-service" | "media-service" | "notification-service" | "query-service" | "moderation-service" | "event-service" | "delivery-service";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A dead letter with its body and why it failed, for administrators and auditors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
        };
    };
    deadLetterAudit: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was done with dead letters, newest first, for administrators and auditors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["DeadLetterStep"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    countDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many dead letters each service has, for administrators and auditors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        services: {
                            /** @description Null when it cannot be asked */
                            letters: number | null;
                            service: string;
                        }[];
                    };
                };
            };
        };
    };
    dropDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeDeadLetters"];
            };
        };
        responses: {
            /** @description Forget dead letters, for administrators. Their events never take effect */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedDeadLetters"];
                };
            };
        };
    };
    replayDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeDeadLetters"];
            };
        };
        responses: {
            /** @description Have a service handle dead letters again, for administrators: each takes effect once. One that fails again stays, with the newer reason */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedDeadLetters"];
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your devices that notifications are pushed to, the newest first, and what browsers subscribe with */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["PushDevice"][];
                        /** @description `applicationServerKey` of `PushManager.subscribe`: base64url */
                        webPushKey: string;
                    };
                };
            };
        };
    };
    registerDevice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterDevice"];
            };
        };
        responses: {
            /** @description Have notifications pushed to a device until this session ends. One that is registered already becomes yours; beyond twenty, the oldest goes */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PushDevice"];
                };
            };
        };
    };
    removeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Push nothing to a device any more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    acknowledgeNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    notificationIds: string[];
                };
            };
        };
        responses: {
            /** @description Say that these notifications are shown on an open page or app: they are not pushed, unless there is more news of them */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listDrafts: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What you have begun to write on any device, the last one begun first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Draft"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    createDraft: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first request did, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateDraft"];
            };
        };
        responses: {
            /** @description Keep the draft of a post for all your devices: a hundred at most */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
        };
    };
    getDraft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One of your drafts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
        };
    };
    deleteDraft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a draft (idempotent) */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateDraft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateDraft"];
            };
        };
        responses: {
            /** @description Replace a draft, if it still has the revision that you know: another device may have changed it (`conflict`) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Who did it */
                actor?: string;
                /** @description What it happened to */
                aggregate?: string;
                /** @description The correlation id of the request, or of the work behind it */
                correlation?: string;
                /** @description `endCursor` of the page before */
                cursor?: string;
                /** @description Made at this time or later */
                from?: string;
                limit?: number;
                /** @description Made before this time */
                to?: string;
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, newest first, for administrators and auditors. A page may be short, even empty, where several filters leave little: go on behind its `endCursor` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["StoredEvent"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    getEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One event, for administrators and auditors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredEvent"];
                };
            };
        };
    };
    aggregateEvents: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happened to something, oldest first, for administrators and auditors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["StoredEvent"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    correlationEvents: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                correlationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a request has caused, oldest first, for administrators and auditors: how it went from service to service */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["TimelineEntry"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    exportEvents: {
        parameters: {
            query?: {
                /** @description Who did it */
                actor?: string;
                /** @description What it happened to */
                aggregate?: string;
                /** @description The correlation id of the request, or of the work behind it */
                correlation?: string;
                /** @description Made at this time or later */
                from?: string;
                /** @description Lines of progress between the events, once a second at most, and one behind the last */
                progress?: "true";
                /** @description Made before this time */
                to?: string;
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events up to now, oldest first, for administrators and auditors: a line of JSON each (application/x-ndjson). With `progress`, lines of the form {"progress":{"share":0.5,"at":…,"events":…}} stand between them, and one with the share 1 at the end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventExport"];
                };
            };
        };
    };
    tailEvents: {
        parameters: {
            query?: {
                /** @description Who did it */
                actor?: string;
                /** @description What it happened to */
                aggregate?: string;
                /** @description The correlation id of the request, or of the work behind it */
                correlation?: string;
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events from now on, as they are stored, for administrators and auditors: an event stream (text/event-stream) of `event`s, which is opened again after five minutes. It goes on behind `Last-Event-ID` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventTail"];
                };
            };
        };
    };
    homeFeed: {
        parameters: {
            query?: {
                /** @description Only posts in this category */
                category?: string;
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The home feed: your own posts, those of the users that you follow, what they have reposted, and public posts with tags that you follow; each once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["FeedPost"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    listLiveInstances: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The instances that clients are connected to, for administrators and auditors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        instances: components["schemas"]["LiveInstance"][];
                    };
                };
            };
        };
    };
    getMailAddress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether mails of notifications reach you */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailAddress"];
                };
            };
        };
    };
    retryMailAddress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Have mails be sent again to an address from which they came back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailAddress"];
                };
            };
        };
    };
    noteBounces: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Bounces"];
            };
        };
        responses: {
            /** @description For what receives the reports of the mail server's provider: mails that came back, or were marked as spam. Needs `MAIL_WEBHOOK_SECRET` as the header `X-Mail-Secret` */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    noteReports: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: "mailgun" | "postmark" | "sendgrid" | "ses";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                } | {
                    [key: string]: unknown;
                }[];
            };
        };
        responses: {
            /** @description The same for the webhooks of Mailgun, Postmark, SendGrid, and Amazon SES through SNS: what they report, as they report it, with `MAIL_WEBHOOK_SECRET` as the password in the address (HTTP Basic). Reports of anything else than mails that came back for good, or were marked as spam, change nothing */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    openUnsubscribe: {
        parameters: {
            query: {
                token: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Go to the page that asks whether such mails are to end: nothing ends by opening a link */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    unsubscribe: {
        parameters: {
            query: {
                token: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End mails of the kind that a link in a mail stands for: one type of notifications, or all. The body is ignored (RFC 8058) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of the notifications; null for all */
                        type: string | null;
                    };
                };
            };
        };
    };
    getPictureHash: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The same of an upload, also of one that others do not get */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HashOfPicture"];
                };
            };
        };
    };
    hashPicture: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    image: string;
                };
            };
        };
        responses: {
            /** @description What a rule of the kind `picture` knows a picture by, for moderators. The file is not kept */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HashOfPicture"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every step of every case, newest first, for moderators */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["NamedAuditEntry"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    exportAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every step of every case, oldest first, for administrators: a line of JSON each (application/x-ndjson) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditExport"];
                };
            };
        };
    };
    listCases: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
                state?: "open" | "escalated" | "appealed" | "approved" | "rejected" | "closed";
                type?: "post" | "comment" | "user" | "media";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cases of a state, newest first, for moderators */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ModerationCase"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    getCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A case, for moderators: its reports, its audit, and what else its author is known for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationCaseDetails"];
                };
            };
        };
    };
    appealCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AppealCase"];
            };
        };
        responses: {
            /** @description Appeal against what was done about one's content, once: another moderator decides */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    approveCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeenCase"];
            };
        };
        responses: {
            /** @description Decide that the content stands, or that an appeal is right */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationCase"];
                };
            };
        };
    };
    claimCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take a case for 15 minutes, as a moderator: no other decides it then */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationCase"];
                };
            };
        };
    };
    releaseCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Give a case back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationCase"];
                };
            };
        };
    };
    escalateCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeenCase"];
            };
        };
        responses: {
            /** @description Leave a case to administrators */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationCase"];
                };
            };
        };
    };
    rejectCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RejectCase"];
            };
        };
        responses: {
            /** @description Act against the content or its author, or refuse an appeal */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationCase"];
                };
            };
        };
    };
    undoCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeenCase"];
            };
        };
        responses: {
            /** @description Take back one's decision, as long as nothing else has happened since; administrators take back any. What was deleted stays so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationCase"];
                };
            };
        };
    };
    decideCases: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecideCases"];
            };
        };
        responses: {
            /** @description Decide up to 100 cases alike, as a moderator, such as a wave of spam; each by itself: what one is refused for keeps back no other */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            decided: boolean;
                            /**
                             * Format: uuid
                             * @description UUIDv7
                             * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                             */
                            id: string;
                            message: string | null;
                        }[];
                    };
                };
            };
        };
    };
    moderationFigures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many cases wait, and how long they do, for moderators */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationFigures"];
                };
            };
        };
    };
    listRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What content is checked for, and how often each rule was right, for moderators */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ModerationRule"][];
                    };
                };
            };
        };
    };
    createRule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WriteRule"];
            };
        };
        responses: {
            /** @description Make a rule, as an administrator: what is written from now on is checked for it */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationRule"];
                };
            };
        };
    };
    deleteRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a rule, as an administrator: what it has found stays flagged */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateRule"];
            };
        };
        responses: {
            /** @description Change a rule, as an administrator: what it has found stays flagged */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationRule"];
                };
            };
        };
    };
    tryRule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WriteRule"];
            };
        };
        responses: {
            /** @description What a rule would find among the newest 1,000 public posts, for moderators; nothing is flagged */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleTrial"];
                };
            };
        };
    };
    listNotifications: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
                /** @description Those of this category only; the counts are of all */
                type?: components["schemas"]["NotificationCategory"];
                /** @description `true`: unread ones only */
                unread?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your inbox, newest first; or what of it is of one type, or unread */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Notification"][];
                        pageInfo: components["schemas"]["PageInfo"];
                        streamCursor: string | null;
                        unreadCount: number;
                        /** @description Of the newest hundred, those that are unread and were not seen in the list yet */
                        unseenCount: number;
                    };
                };
            };
        };
    };
    readNotification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Mark a notification as read (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnreadCount"];
                };
            };
        };
    };
    unreadNotification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Mark a notification as unread again (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnreadCount"];
                };
            };
        };
    };
    readPostNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @description UUIDv7
                     * @example 0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e
                     */
                    postId: string;
                };
            };
        };
        responses: {
            /** @description Mark what is about a post as read: the newest hundred at once, more of them a moment later (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnreadCount"];
                };
            };
        };
    };
    readAllNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Mark all notifications as read */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnreadCount"];
                };
            };
        };
    };
    seeNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description The latest `updatedAt` that was shown; now, unless given
                     * @example 2026-01-31T12:00:00.000Z
                     */
                    until?: string;
                };
            };
        };
        responses: {
            /** @description Your inbox was looked at: what was there is seen, and stays unread (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnreadCount"];
                };
            };
        };
    };
    unreadCount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers of unread and of unseen notifications */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnreadCount"];
                };
            };
        };
    };
    whyNotified: {
        parameters: {
            query?: {
                event?: string;
                notification?: string;
                post?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Why you did, or did not, hear of something: a notification, a post and what happens under it, or an event of the last 24 hours */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Of each type that it may be; empty for an event of which nothing was for you, or nothing is known */
                        data: components["schemas"]["WhyNotified"][];
                    };
                };
            };
        };
    };
    listPosts: {
        parameters: {
            query?: {
                /** @description Only posts in this category */
                category?: string;
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public feed, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Post"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    createPost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first request did, for 24 h */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePost"];
            };
        };
        responses: {
            /** @description Write a post, at once, as a draft, or to be published at a time */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
        };
    };
    getPost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One post */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
        };
    };
    deletePost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a post with its comments and media */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updatePost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdatePost"];
            };
        };
        responses: {
            /** @description Change a post; publish or schedule one that is not published */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
        };
    };
    bookmarkPost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Bookmark a post; nobody else learns of it (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookmarkState"];
                };
            };
        };
    };
    removeBookmark: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a bookmark, also of a post that you may no longer see (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookmarkState"];
                };
            };
        };
    };
    listPostComments: {
        parameters: {
            query?: {
                /** @description A page with this comment in the middle, which goes on both ways: by `previousCursor` and `nextCursor` */
                around?: string;
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description Which come first; `cursor` continues in this order. With `most_liked`, where the newest of equally many likes comes first and `since` is not taken, a comment whose likes change between two pages may come twice or not at all: keep each id once */
                order?: "newest" | "oldest" | "most_liked";
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description List the direct replies to this comment, which may itself be a reply */
                parentCommentId?: string;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Comments of a post: newest, oldest or most liked first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentPage"];
                };
            };
        };
    };
    createPostComment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first request did, for 24 h */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCommentOnPost"];
            };
        };
        responses: {
            /** @description Comment on a post */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comment"];
                };
            };
        };
    };
    postHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a post said before its changes, newest first: the last 20 versions that stood for five minutes or more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["PostVersion"][];
                    };
                };
            };
        };
    };
    likePost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Like a post (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LikeState"];
                };
            };
        };
    };
    unlikePost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a like (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LikeState"];
                };
            };
        };
    };
    listLikers: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who likes a post, the last one first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Author"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    mutePost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MutePost"];
            };
        };
        responses: {
            /** @description Mute a conversation, or change when that ends (idempotent): nothing about the post, or under it, notifies you; nobody else learns of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostMuteState"];
                };
            };
        };
    };
    unmutePost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lift the mute of a conversation, also of a post that you may no longer see (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostMuteState"];
                };
            };
        };
    };
    pinPost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show a post of yours first on your profile, in place of another (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PinState"];
                };
            };
        };
    };
    unpinPost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show a post no longer first on your profile (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PinState"];
                };
            };
        };
    };
    votePoll: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Vote"];
            };
        };
        responses: {
            /** @description Vote in the poll of a post: once, and for good (idempotent for the same option) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PollState"];
                };
            };
        };
    };
    repost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Repost a public post: your followers find it in their home feeds (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RepostState"];
                };
            };
        };
    };
    removeRepost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take a repost back, also of a post that you may no longer see (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RepostState"];
                };
            };
        };
    };
    listReposters: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who has reposted a post, the last one first; users with private accounts only to their followers and to the post's author */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Author"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    listMutedPosts: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The posts whose conversations you have muted, and may see, the last one muted first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["MutedPost"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    popularPosts: {
        parameters: {
            query?: {
                limit?: number;
                /** @description What was liked and commented in the last 24 hours, or 7 days */
                window?: "day" | "week";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Public posts that most people like and comment, those of today or of the week; newer likes and comments weigh more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PopularPosts"];
                };
            };
        };
    };
    listScheduledPosts: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your scheduled posts, the next one to be published first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Post"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    listReplays: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Replays, newest first, for administrators and auditors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Replay"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    createReplay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateReplay"];
            };
        };
        responses: {
            /** @description Have a service handle kept events again, for administrators: in order, at a rate, as a job that goes on after a restart */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
        };
    };
    getReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How far a replay is, for administrators and auditors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
        };
    };
    cancelReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End a replay for good, for administrators. What was handled again stays so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
        };
    };
    pauseReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Pause a replay that runs, for administrators */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
        };
    };
    resumeReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Go on with a replay that is paused, for administrators */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
        };
    };
    createReport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateReport"];
            };
        };
        responses: {
            /** @description Report a post, comment, profile or upload that you can see. Reported again, it is the same report */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
        };
    };
    search: {
        parameters: {
            query: {
                limit?: number;
                q: string;
                type?: "posts" | "users" | "tags";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Find posts, users and tags: the first of each, or of the type that is named. (At `/search`, who accepts HTML gets the page.) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResults"];
                };
            };
        };
    };
    searchPosts: {
        parameters: {
            query: {
                /** @description `endCursor` of the page before */
                cursor?: string;
                limit?: number;
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Find posts by words in any form, the best and newest first; with `from:name`, `"a phrase"`, `-word`, `#tag`, `before:2026-01-31`, `after:2026-01-31`, `has:media`, `in:following` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["PostHit"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    searchTags: {
        parameters: {
            query: {
                limit?: number;
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Find tags by how they begin, the most used first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["TagHit"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    searchPeople: {
        parameters: {
            query: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Find users, as `/api/v1/users/search` does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["User"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    streamEntries: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description `user:{id}` or `post:{id}` */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stream's log after a position, for clients that poll */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The position to continue from */
                        cursor: string;
                        entries: {
                            /** @description Position in a stream, opaque: `<epoch>:<offset>` */
                            cursor: string;
                            data: unknown;
                            event: string;
                        }[];
                        hasMore: boolean;
                        reset?: {
                            /** @enum {string} */
                            reason: "epoch" | "expired" | "future";
                            refetch: string[];
                        };
                    };
                };
            };
        };
    };
    getTag: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A tag, and whether you follow it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagState"];
                };
            };
        };
    };
    followTag: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Follow a tag: its public posts are in your home feed (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagState"];
                };
            };
        };
    };
    unfollowTag: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stop following a tag (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagState"];
                };
            };
        };
    };
    listTagPosts: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path: {
                tag: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Public posts with a tag, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Post"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    trends: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tags that most people use in public posts of the last 24 hours; newer ones weigh more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trends"];
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A profile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    getBell: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Do this user's new posts notify you? */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bell"];
                };
            };
        };
    };
    setBell: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Have the new posts of a user whom you follow notify you (idempotent), until you unfollow them or one of you blocks the other; nobody else learns of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bell"];
                };
            };
        };
    };
    removeBell: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Have this user's new posts notify you no more (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bell"];
                };
            };
        };
    };
    blockUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Block a user: neither sees, follows nor is notified of the other */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockState"];
                };
            };
        };
    };
    unblockUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lift a block (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockState"];
                };
            };
        };
    };
    listUserComments: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A user's comments under posts that you may see, newest first, each with its post */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["UserComment"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    followUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Follow a user, or ask to, where the account is private (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FollowState"];
                };
            };
        };
    };
    unfollowUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stop following a user, or take back the request to (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FollowState"];
                };
            };
        };
    };
    listFollowers: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The followers of a user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["User"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    listFollowing: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The users that a user follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["User"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    listUserLikes: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The posts that a user likes and you may see, the last one liked first; of users whose likes are public, and of yourself */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Post"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    listUserMedia: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A user's uploads, newest first (others see those of the posts that they may see, and of the profile) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Media"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    muteUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MuteUser"];
            };
        };
        responses: {
            /** @description Mute a user, or change when it ends (idempotent): your lists and notifications leave them out, and they are not told */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MuteState"];
                };
            };
        };
    };
    unmuteUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lift a mute (idempotent) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MuteState"];
                };
            };
        };
    };
    pinnedPost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The post that a user shows first on their profile; null where there is none that you may see */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        post: components["schemas"]["Post"] | null;
                    };
                };
            };
        };
    };
    listUserPosts: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description Only what is published with pictures, videos or documents */
                media?: "true";
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A user's posts, newest first (your own drafts too) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Post"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    listUserReposts: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The posts that a user has reposted and you may see, the last one reposted first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Post"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    userByUsername: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A profile by username */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    knownUsernames: {
        parameters: {
            query: {
                /** @description Up to 50, separated by commas */
                usernames: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Which of these names are usernames, without regard to case: a mention of nobody is plain text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: string[];
                    };
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your profile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUser"];
            };
        };
        responses: {
            /** @description Change your profile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    listBlocked: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The users whom you have blocked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["User"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    exportMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All data that NewFeed holds of the signed-in user, as one JSON document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        account: unknown;
                        apiTokens: unknown[];
                        blocks: unknown[];
                        bookmarks: unknown[];
                        commentLikes: unknown[];
                        comments: unknown[];
                        commentVersions: unknown[];
                        drafts: unknown[];
                        externalLogins: unknown[];
                        followedTags: unknown[];
                        followers: unknown[];
                        following: unknown[];
                        followRequests: unknown[];
                        media: unknown[];
                        mutedPosts: unknown[];
                        mutes: unknown[];
                        notifications: unknown[];
                        passkeys: unknown[];
                        pinnedPosts: unknown[];
                        postLikes: unknown[];
                        postReposts: unknown[];
                        posts: unknown[];
                        postVersions: unknown[];
                        preferences: unknown;
                        profile: unknown;
                        reports: unknown[];
                        requestedFollows: unknown[];
                        sessions: unknown[];
                    };
                };
            };
        };
    };
    listFollowRequests: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The users who ask to follow you, as your account is private */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["User"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    refuseFollowRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Refuse a request to follow you (idempotent) */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    approveFollowRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Let a user follow you who asks to (idempotent) */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    removeFollower: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Make a follower stop following (idempotent) */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listLikedPosts: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The posts that you like and may see, the last one liked first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Post"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    listMuted: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The users whom you have muted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["User"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    getNotificationPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where your notifications go: each type in the inbox, as a push, by mail; when nothing is to disturb you */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPreferences"];
                };
            };
        };
    };
    updateNotificationPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateNotificationPreferences"];
            };
        };
        responses: {
            /** @description Change where your notifications go; what is left out stays as it is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPreferences"];
                };
            };
        };
    };
    getPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What you have set: appearance, language, who may mention you and comment, filters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
        };
    };
    updatePreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdatePreferences"];
            };
        };
        responses: {
            /** @description Change your preferences; what is left out stays as it is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
        };
    };
    listFollowedTags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tags that you follow, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["TagState"][];
                    };
                };
            };
        };
    };
    searchUsers: {
        parameters: {
            query: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                q: string;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Find users by the beginnings of words of their username and full name, without regard to case and accents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["User"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    suggestedUsers: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whom to follow: users whom most of those follow whom you follow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Suggestion"][];
                    };
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your webhooks, the newest first; for administrators, also those of the installation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Webhook"][];
                    };
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhook"];
            };
        };
        responses: {
            /** @description Create a webhook: ten at most. Its secret is in this response alone */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a webhook, and what waits for it */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWebhook"];
            };
        };
        responses: {
            /** @description Change a webhook. Enabled again, it gets what waits for it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
                /** @description For older clients; prefer `cursor`. Pages by number end with the first 10,000 items */
                page?: number;
                /** @description `startCursor` of the newest page that was read: items newer than it, oldest first */
                since?: string;
            };
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was delivered, or is to be, in the last two weeks; the newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WebhookDelivery"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
    resendDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                deliveryId: string;
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deliver something again, under the same `webhook-id` */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Make a new secret. For a day, deliveries are signed with both */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send a test: a delivery of the type `webhook.test` */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
        };
    };
    graphql: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "query": "query { getPosts(input: { limit: 10 }) { success posts { id content author { username } } pageInfo { hasNextPage endCursor } } }"
                 *     }
                 */
                "application/json": {
                    extensions?: ({
                        persistedQuery?: ({
                            sha256Hash: string;
                            /** @constant */
                            version: 1;
                        } & {
                            [key: string]: unknown;
                        }) | null;
                    } & {
                        [key: string]: unknown;
                    }) | null;
                    operationName?: string | null;
                    query?: string | null;
                    variables?: {
                        [key: string]: unknown;
                    } | null;
                };
            };
        };
        responses: {
            /** @description What could be answered; `errors` names what could not. With `application/json` also a document that is not valid */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/graphql-response+json": components["schemas"]["GraphqlResult"];
                    "application/json": components["schemas"]["GraphqlResult"];
                    "text/event-stream": string;
                };
            };
        };
    };
    invalidateCache: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvalidateCache"];
            };
        };
        responses: {
            /** @description Forget a cached aggregate, or all of them (administrators) */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    cacheStatistics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the cache holds, and how often it had what was asked for (administrators) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CacheStatistics"];
                };
            };
        };
    };
    postAggregate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description UUIDv7 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A post with its newest comments, cached */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostAggregate"];
                };
            };
        };
    };
    postAggregates: {
        parameters: {
            query?: {
                /** @description `endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public feed, newest first, each post with its three newest comments, cached */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["PostAggregate"][];
                        pageInfo: components["schemas"]["PageInfo"];
                    };
                };
            };
        };
    };
}
