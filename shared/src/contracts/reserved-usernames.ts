/**
 * Names that would pass for NewFeed or its staff, for all users, for a part of its addresses, or for a value of a program.
 * In lower case, without dots and underscores.
 */
const reserved = new Set(
  `
  newfeed newfeedapp newfeedteam official team staff employee admin admins administrator administrators administration root superuser sysadmin
  sysop system sys operator moderator moderators moderation mod mods owner support help helpdesk helpcenter service customerservice security
  abuse trust safety legal privacy terms dmca copyright billing payment payments contact feedback postmaster hostmaster webmaster hostname
  mailerdaemon noreply donotreply mail email anonymous everyone everybody all here channel nobody somebody unknown deleted deleteduser
  suspended banned verified verify

  api apis graphql graphiql rest rpc grpc socket sockets socketio websocket sse stream streams events webhook webhooks oauth oauth2 oidc sso
  auth authentication authorize callback login logout signin signout signup register session sessions password passwords passkey passkeys
  token tokens account accounts user users username usernames profile profiles myself you self settings preferences config console dashboard
  home index feed feeds timeline explore discover search trending tag tags hashtag hashtags post posts comment comments reply replies like
  likes follow follows follower followers following block blocks mute mutes notification notifications notify message messages inbox chat
  list lists group groups bookmark bookmarks draft drafts upload uploads download file files image images video videos media avatar avatars
  asset assets static public private internal health metrics status ping docs documentation openapi asyncapi swagger about faq imprint app
  apps web www ftp smtp imap pop3 dns localhost localdomain wellknown robots robotstxt sitemap favicon manifest serviceworker cdn new edit
  create update delete remove report invite share embed rss atom

  null nil none undefined void nan infinity true false default constructor prototype proto tostring tolocalestring valueof hasownproperty
  isprototypeof propertyisenumerable definegetter definesetter lookupgetter lookupsetter this super
  `
    .trim()
    .split(/\s+/),
);

/** Whether nobody may sign up under a name: in any case, and whatever dots and underscores are in it. */
export const isReservedUsername = (username: string): boolean => reserved.has(username.toLowerCase().replace(/[._]/g, ""));
