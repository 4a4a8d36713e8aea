/** When a caller's breaker to a service opens, and for how long. */
export interface BreakerLimits {
  /** From when the service has the whole request until the headers of its answer are there. */
  timeoutMs: number;
  errorPercentage: number;
  /** How long an open breaker refuses before it lets one call try. */
  resetMs: number;
}

/** What runs as a process of its own. */
export interface PartRow {
  /** Where it listens unless told otherwise. */
  port: number;
  /** Where it listens for gRPC unless told otherwise; null for a part that does not. */
  grpcPort: number | null;
  /** Has a database and a role of its own, and with them an outbox and a queue. */
  database: boolean;
  /** Variables that this part reads beside those of every part (`runtime/environment.ts`). */
  environment: readonly string[];
  /** Secret ones that it reads beside those: no part gets them that does not list them. */
  secrets: readonly string[];
}

export interface ServiceRow extends PartRow {
  breaker: BreakerLimits;
  /** Copies of other services' data that its database keeps: `people` are authors, follows and blocks. */
  projections: readonly "people"[];
  /** What it adds to the export of an account, in the order of the document. */
  exports: readonly string[];
  /** Holds data of an account, and removes it when the account is deleted (`user.deleted`). */
  accountDeletion: boolean;
  /**
   * What it makes of events is the same however often and however late they come: they may be replayed to it. Never of one that sends
   * something, or has others do so.
   */
  replayable?: true;
  /**
   * How long its consumer lets an event wait for others that are handled in the same transaction, in milliseconds: deliveries go first, and
   * what comes together costs less (docs/decisions/0150-a-quiet-cluster.md). 0 by default: for effects that are not urgent.
   */
  batchDelayMs?: number;
}

const usualBreaker: BreakerLimits = { timeoutMs: 10_000, errorPercentage: 50, resetMs: 30_000 };

/**
 * Every service, one row each. Names, ports, databases, upstreams, the topology of a cluster and the files that
 * `node scripts/generate-deployment.mjs` writes follow from it; `node scripts/new-service.mjs <name>` adds a row.
 */
export const serviceTable = {
  "auth-service": {
    port: 3001,
    grpcPort: 50051,
    database: true,
    environment: [
      "COOKIE_SECURE",
      "PASSWORD_MIN_LENGTH",
      "NEWFEED_DATA_DIR",
      "PUBLIC_URL",
      "MAIL_FROM",
      "REQUIRE_VERIFIED_EMAIL",
      "REGISTRATION",
      "ALLOWED_ORIGINS",
      "GOOGLE_CLIENT_ID",
      "GITHUB_CLIENT_ID",
      "GITHUB_URL",
      "GITHUB_API_URL",
      "OIDC_ISSUER",
      "OIDC_CLIENT_ID",
      "OIDC_NAME",
      "IDENTITY_ISSUER",
      "IDENTITY_JWKS_URL",
      "IDENTITY_AUDIENCE",
      "WEBHOOK_PORT",
      "CHEAP_PASSWORD_HASHES",
    ],
    secrets: ["TOKEN_PRIVATE_KEY", "SMTP_URL", "GOOGLE_CLIENT_SECRET", "GITHUB_CLIENT_SECRET", "OIDC_CLIENT_SECRET", "SVIX_SECRET"],
    breaker: { timeoutMs: 5_000, errorPercentage: 50, resetMs: 20_000 },
    projections: [],
    exports: ["account", "sessions", "apiTokens", "externalLogins", "passkeys"],
    accountDeletion: true,
  },
  "user-service": {
    port: 3006,
    grpcPort: 50052,
    database: true,
    environment: [],
    secrets: ["DATABASE_REPLICA_URL"],
    breaker: usualBreaker,
    projections: [],
    exports: ["profile", "preferences", "followers", "following", "followRequests", "requestedFollows", "blocks", "mutes"],
    accountDeletion: true,
  },
  "post-service": {
    port: 3002,
    grpcPort: 50053,
    database: true,
    environment: [
      "FOLLOWERS_FOR_FAN_OUT",
      "MEDIA_BASE_URL",
      "CLOUDINARY_BASE_URL",
      "PUBLIC_URL",
      "LINK_PREVIEWS",
      "AI_SUMMARIES",
      "ALLOW_PRIVATE_ADDRESSES",
      "MODERATION_MODE",
    ],
    secrets: ["DATABASE_REPLICA_URL"],
    breaker: usualBreaker,
    projections: ["people"],
    exports: ["posts", "postVersions", "postLikes", "postReposts", "pollVotes", "bookmarks", "mutedPosts", "pinnedPosts", "drafts", "followedTags"],
    accountDeletion: true,
    batchDelayMs: 10,
  },
  "comment-service": {
    port: 3004,
    grpcPort: 50056,
    database: true,
    environment: ["MODERATION_MODE"],
    secrets: ["DATABASE_REPLICA_URL"],
    breaker: usualBreaker,
    projections: ["people"],
    exports: ["comments", "commentVersions", "commentLikes"],
    accountDeletion: true,
    replayable: true,
  },
  "media-service": {
    port: 3003,
    grpcPort: 50054,
    database: true,
    environment: [
      "NEWFEED_DATA_DIR",
      "MEDIA_BASE_URL",
      "CLOUDINARY_BASE_URL",
      "CLOUDINARY_UPLOAD_PREFIX",
      "MEDIA_QUOTA_BYTES",
      "S3_ENDPOINT",
      "S3_BUCKET",
      "S3_REGION",
      "S3_ACCESS_KEY_ID",
      "S3_SIGNED_URLS",
      "S3_DIRECT_UPLOADS",
    ],
    secrets: ["CLOUDINARY_URL", "S3_SECRET_ACCESS_KEY"],
    breaker: { timeoutMs: 30_000, errorPercentage: 60, resetMs: 45_000 },
    projections: [],
    exports: ["media"],
    accountDeletion: true,
    replayable: true,
  },
  "notification-service": {
    port: 3005,
    grpcPort: null,
    database: true,
    environment: [
      "PUBLIC_URL",
      "ALLOWED_ORIGINS",
      "TRUSTED_PROXIES",
      "IDENTITY_ISSUER",
      "IDENTITY_JWKS_URL",
      "IDENTITY_AUDIENCE",
      "STREAM_RETENTION_ENTRIES",
      "STREAM_RETENTION_DAYS",
      "NOTIFICATION_RETENTION_DAYS",
    ],
    secrets: [],
    breaker: usualBreaker,
    projections: ["people"],
    exports: ["notifications", "notificationPreferences", "bells"],
    accountDeletion: true,
  },
  "query-service": {
    port: 3009,
    grpcPort: 50055,
    database: true,
    environment: ["TRENDS_ACCOUNT_AGE_HOURS"],
    secrets: ["DATABASE_REPLICA_URL", "SEARCH_URL"],
    breaker: usualBreaker,
    projections: [],
    exports: [],
    accountDeletion: false,
    replayable: true,
    batchDelayMs: 100,
  },
  "moderation-service": {
    port: 3008,
    grpcPort: null,
    database: true,
    environment: ["MODERATION_MODE", "RULES_FILE"],
    secrets: [],
    breaker: usualBreaker,
    projections: [],
    exports: ["reports"],
    accountDeletion: true,
    batchDelayMs: 50,
  },
  "ai-service": {
    port: 8000,
    grpcPort: null,
    database: false,
    environment: ["AI_BASE_URL", "AI_MODEL", "AI_MODERATION_MODEL", "AI_DAILY_BUDGET"],
    secrets: ["AI_API_KEY"],
    breaker: { timeoutMs: 15_000, errorPercentage: 50, resetMs: 30_000 },
    projections: [],
    exports: [],
    accountDeletion: false,
  },
  "event-service": {
    port: 3010,
    grpcPort: 50057,
    database: true,
    environment: ["EVENT_RETENTION_DAYS"],
    secrets: [],
    breaker: usualBreaker,
    projections: [],
    // What it has of an account are copies of what the other services give.
    exports: [],
    accountDeletion: true,
    batchDelayMs: 500,
  },
  "delivery-service": {
    port: 3007,
    grpcPort: null,
    database: true,
    environment: ["PUBLIC_URL", "NEWFEED_DATA_DIR", "MAIL_FROM", "FCM_URL", "WEBHOOK_ALLOW_PRIVATE"],
    secrets: ["DELIVERY_SECRET", "SMTP_URL", "MAIL_WEBHOOK_SECRET", "FCM_SERVICE_ACCOUNT_KEY"],
    breaker: usualBreaker,
    projections: [],
    exports: ["webhooks", "devices", "pushes", "mails"],
    accountDeletion: true,
    batchDelayMs: 150,
  },
} as const satisfies Record<string, ServiceRow>;

export type ServiceName = keyof typeof serviceTable;
export const serviceNames = Object.keys(serviceTable) as ServiceName[];
export const serviceRowOf = (name: ServiceName): ServiceRow => serviceTable[name];

/** The services that keep data: those with a database, an outbox and a queue. */
export type StoringServiceName = { [Name in ServiceName]: (typeof serviceTable)[Name]["database"] extends true ? Name : never }[ServiceName];
export const storingServiceNames = serviceNames.filter((name): name is StoringServiceName => serviceTable[name].database);

/** The services that hold data of an account: each says when it has removed that of a deleted one. */
export const accountHolders = storingServiceNames.filter((name) => serviceTable[name].accountDeletion);

/** The services that events may be replayed to. */
export const replayableServiceNames = storingServiceNames.filter((name) => serviceRowOf(name).replayable ?? false);

/** What can run as a process of its own: the gateway, and every service. */
export const partTable = {
  "api-gateway": {
    port: 8080,
    grpcPort: 50050,
    database: false,
    environment: ["PUBLIC_URL", "ALLOWED_ORIGINS", "TRUSTED_PROXIES", "IDENTITY_ISSUER", "IDENTITY_JWKS_URL", "IDENTITY_AUDIENCE"],
    secrets: [],
  },
  ...serviceTable,
} as const satisfies Record<string, PartRow>;

export type PartName = keyof typeof partTable;
export const partNames = Object.keys(partTable) as PartName[];
export const isPartName = (text: string): text is PartName => Object.hasOwn(partTable, text);

type Underscored<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}_${Underscored<Tail>}` : S;
export type UrlVariable = `${Uppercase<Underscored<ServiceName>>}_URL`;

/** The variable that says where a service is: `POST_SERVICE_URL` of `post-service`. */
export const urlVariable = (name: ServiceName) => `${name.replaceAll("-", "_").toUpperCase()}_URL` as UrlVariable;

/** What the name of a service's database and role ends in, after the installation's prefix: `post` of `post-service`. */
export const databaseOf = (name: ServiceName) => name.replace(/-service$/, "").replaceAll("-", "_");
