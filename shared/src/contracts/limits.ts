/** How many `points` within `windowSeconds`. The one table; `RATE_LIMIT_FACTOR` multiplies all points. An address is its network (`ports/network.ts`). */
export interface Limit {
  points: number;
  windowSeconds: number;
  /** Counts by address also for signed-in users: a maker of accounts would have a new limit with each. */
  perAddress?: true;
  /** Counts instead of the general limit, which all visitors of an address share: they do not keep each other from signing in. */
  alone?: true;
}

const minute = 60;
const hour = 60 * minute;

export const limits = {
  anonymous: { points: 100, windowSeconds: 15 * minute },
  signedIn: { points: 600, windowSeconds: 15 * minute },
  login: { points: 300, windowSeconds: 15 * minute, perAddress: true, alone: true },
  /** Failures per login and address, and per account and address. */
  loginFailure: { points: 5, windowSeconds: 15 * minute },
  /** Failures per address; those beyond are slowed. */
  loginFailureByAddress: { points: 100, windowSeconds: 24 * hour },
  /** Failures per login, from all addresses; those beyond are slowed. */
  loginFailureByLogin: { points: 20, windowSeconds: hour },
  /** Requests for a link in a mail. */
  mailRequest: { points: 20, windowSeconds: hour, perAddress: true },
  /** Mails with links: per address that they go to, and per account. */
  mailRecipient: { points: 10, windowSeconds: hour },
  /** Links that are followed, and guesses of them. */
  mailLink: { points: 30, windowSeconds: 15 * minute, perAddress: true },
  /** API tokens, and tokens from elsewhere, that an instance does not know yet and that turn out to be none. */
  unknownToken: { points: 100, windowSeconds: 15 * minute, perAddress: true },
  /** Users of the issuer elsewhere whose account is created. */
  firstSight: { points: 100, windowSeconds: hour, perAddress: true },
  /** Deliveries of webhooks that are not signed as they should be. */
  webhookRefusal: { points: 1_000, windowSeconds: 15 * minute, perAddress: true },
  createToken: { points: 30, windowSeconds: hour },
  createWebhook: { points: 30, windowSeconds: hour },
  /** Of a user: beyond these, notifications that are mailed one by one are mailed together. */
  notificationMail: { points: 20, windowSeconds: hour },
  /** Reports of the provider of the mail server, each about one mail or many. */
  mailBounces: { points: 6_000, windowSeconds: 15 * minute, perAddress: true, alone: true },
  registerDevice: { points: 60, windowSeconds: hour },
  /** Tests, and deliveries that are sent again. */
  sendWebhook: { points: 60, windowSeconds: hour },
  signup: { points: 20, windowSeconds: hour, perAddress: true },
  /** Steps of signing in with accounts elsewhere. */
  externalSignIn: { points: 60, windowSeconds: 15 * minute, perAddress: true },
  refresh: { points: 10, windowSeconds: 5 * minute },
  createPost: { points: 60, windowSeconds: hour },
  /** As many as posts: a repost is written into as many feeds. */
  repost: { points: 60, windowSeconds: hour },
  /** Pages that are read for the cards of an author's links. */
  linkCard: { points: 30, windowSeconds: hour },
  createComment: { points: 60, windowSeconds: 15 * minute },
  /** Changes of what an event stream follows. */
  followStreams: { points: 900, windowSeconds: 15 * minute },
  upload: { points: 60, windowSeconds: hour },
  /** Summaries and titles that a user asks for: a provider takes money for each. */
  ai: { points: 60, windowSeconds: hour },
  /** Questions to a provider on a day, of all instances. How many there may be is `AI_DAILY_BUDGET`: only what was asked for counts here. */
  aiBudget: { points: 1, windowSeconds: 24 * hour },
  report: { points: 30, windowSeconds: hour },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof limits;

/** The points of a window where all limits are multiplied by `factor`. */
export const pointsOf = (name: LimitName, factor: number): number => Math.max(1, Math.floor(limits[name].points * factor));

/**
 * How often all sockets of a user may emit: a burst, as when every page that a user has open connects again, and so many a
 * second. A client that emits so many more, although they are refused, is disconnected.
 */
export const socketEventRate = { burst: 1_000, perSecond: 50, refused: 500 } as const;

/** What one user, socket or stream may hold. */
export const bounds = {
  connectionsPerUser: 20,
  /** Connections without an account: of one network, and of one instance. */
  visitorsPerNetwork: 50,
  visitors: 2_000,
  tokensPerUser: 50,
  passkeysPerUser: 20,
  devicesPerUser: 20,
  webhooksPerUser: 10,
  /** Of the installation, which administrators make. */
  webhooks: 20,
  /** Each is looked at by a page of the home feed. */
  followedTags: 50,
  /** All of them are looked up for a page of posts. */
  mutedUsers: 1_000,
  scheduledPosts: 100,
  drafts: 100,
  /** Of the whole feed. */
  categories: 100,
  /** Of the file of the community's rules, in bytes. */
  communityRules: 64 * 1024,
  /** All are held against each text. */
  moderationRules: 200,
  /** Of what a text said before its changes, the newest. */
  keptVersions: 20,
  followedStreamsPerSocket: 100,
  /** Bytes that may wait for one client before it is cut as a slow consumer. */
  queuedBytesPerConnection: 1024 * 1024,
  /** A replay is cut when its client takes nothing for this long. */
  replayStallMs: 30_000,
  /** Items of a list that pages by number reach. Each skipped one is read; a cursor finds its place at once. */
  numberedItems: 10_000,
  jsonBodyBytes: 100 * 1024,
  /** Of a user, within an hour: each may leave a file in the bucket that nothing has looked at. */
  directUploads: 20,
  imageBytes: 5 * 1024 * 1024,
  videoBytes: 50 * 1024 * 1024,
  documentBytes: 10 * 1024 * 1024,
  /** Of all frames together. */
  imagePixels: 40_000_000,
  /** Per side: what browsers can draw (Chrome's largest texture). Beyond it, a few kilobytes of PNG cost minutes in rows of one pixel. */
  imageSide: 16_384,
  graphqlDepth: 10,
  graphqlCost: 5_000,
  /** Points that the introspection in one document may cost; a tool's usual query costs about 25. */
  graphqlIntrospection: 40,
} as const;
