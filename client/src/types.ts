import type { components, operations } from "./contract.gen.ts";

type Schemas = components["schemas"];

export type Account = Schemas["Account"];
export type Attachment = Schemas["Attachment"];
export type Author = Schemas["Author"];
export type Category = Schemas["Category"];
export type Comment = Schemas["Comment"];
/** What the page that a post links to says of itself. */
export type LinkCard = Schemas["LinkCard"];
export type Media = Schemas["Media"];
export type Notification = Schemas["Notification"];
export type QuotedPost = Schemas["QuotedPost"];
/** A comment among those of its author: with the post that it stands under. */
export type UserComment = Schemas["UserComment"];
/** A post in a home feed: with who brought it there. */
export type FeedPost = Schemas["FeedPost"];
export type PageInfo = Schemas["PageInfo"];
export type Post = Schemas["Post"];
/** What a comment said before a change. */
export type CommentVersion = Schemas["CommentVersion"];
/** A post with its newest comments, without what depends on the viewer. */
export type PostAggregate = Schemas["PostAggregate"];
/** What a post said before a change. */
export type PostVersion = Schemas["PostVersion"];
export type Problem = Schemas["Problem"];
/** What shows that the user of a session is present. */
export type Proof = NonNullable<Problem["proofs"]>[number];
/** A sign-in that waits for a code. */
export type LoginChallenge = Schemas["LoginChallenge"];
export type Suspension = NonNullable<Problem["suspension"]>;
export type FieldError = Schemas["FieldError"];
/** A device that is signed in. */
export type Device = Schemas["Session"];
/** A token for a program, without its secret. */
export type ApiToken = Schemas["ApiToken"];
export type TokenScope = ApiToken["scopes"][number];
export type CreateCategory = Schemas["CreateCategory"];
export type UpdateCategory = Schemas["UpdateCategory"];
export type CreateToken = operations["createToken"]["requestBody"]["content"]["application/json"];
export type SecondFactor = operations["secondFactor"]["responses"][200]["content"]["application/json"]["data"];
export type Tokens = Schemas["Tokens"];
export type UploadedAvatar = Schemas["UploadedAvatar"];
export type UploadedDocument = Schemas["UploadedDocument"];
export type HashOfPicture = Schemas["HashOfPicture"];
export type LiveInstance = Schemas["LiveInstance"];
export type SessionsOfAccount = Schemas["SessionsOfAccount"];
export type UploadedHeader = Schemas["UploadedHeader"];
export type UploadedImage = Schemas["UploadedImage"];
export type UploadedVideo = Schemas["UploadedVideo"];
export type User = Schemas["User"];
export type BookmarkState = Schemas["BookmarkState"];
export type MutedPost = Schemas["MutedPost"];
export type PostMuteState = Schemas["PostMuteState"];
export type Summary = Schemas["Summary"];
export type SuggestedTitle = Schemas["SuggestedTitle"];
export type Draft = Schemas["Draft"];
export type CreateDraft = Schemas["CreateDraft"];
export type PushDevice = Schemas["PushDevice"];
export type PushDevices = operations["listDevices"]["responses"][200]["content"]["application/json"];
export type MailAddress = Schemas["MailAddress"];
export type RegisterDevice = Schemas["RegisterDevice"];
export type Webhook = Schemas["Webhook"];
export type WebhookWithSecret = Schemas["WebhookWithSecret"];
export type WebhookDelivery = Schemas["WebhookDelivery"];
export type CreateWebhook = Schemas["CreateWebhook"];
export type UpdateWebhook = Schemas["UpdateWebhook"];
export type UpdateDraft = Schemas["UpdateDraft"];
export type Poll = Schemas["Poll"];
export type PollState = Schemas["PollState"];
export type PinState = Schemas["PinState"];
export type RepostState = Schemas["RepostState"];
export type LikeState = Schemas["LikeState"];
export type FollowState = Schemas["FollowState"];
export type Report = Schemas["Report"];
export type CreateReport = Schemas["CreateReport"];
/** All that was reported or flagged about one subject. */
export type ModerationCase = Schemas["ModerationCase"];
export type ModerationCaseDetails = Schemas["ModerationCaseDetails"];
export type RejectCase = Schemas["RejectCase"];
export type DecideCases = Schemas["DecideCases"];
export type ModerationRule = Schemas["ModerationRule"];
export type WriteRule = Schemas["WriteRule"];
export type UpdateRule = Schemas["UpdateRule"];
export type RuleTrial = Schemas["RuleTrial"];
export type AuditEntry = Schemas["AuditEntry"];
export type AppealSuspension = Schemas["AppealSuspension"];
export type NamedAuditEntry = Schemas["NamedAuditEntry"];
export type ModerationFigures = Schemas["ModerationFigures"];
export type AccountDeletion = Schemas["AccountDeletion"];
export type CreateReplay = Schemas["CreateReplay"];
export type Replay = Schemas["Replay"];
export type StoredEvent = Schemas["StoredEvent"];
export type TimelineEntry = Schemas["TimelineEntry"];
export type DeadLetter = Schemas["DeadLetter"];
export type DeadLetterSummary = Schemas["DeadLetterSummary"];
export type DeadLetterStep = Schemas["DeadLetterStep"];
export type ChangeDeadLetters = Schemas["ChangeDeadLetters"];
export type ChangedDeadLetters = Schemas["ChangedDeadLetters"];
export type BlockState = Schemas["BlockState"];
export type MuteState = Schemas["MuteState"];

/** How users join. */
export type SignInOptions = Schemas["SignInOptions"];
/** An account that waits for approval. */
export type Applicant = Schemas["Applicant"];
export type Invite = Schemas["Invite"];
export type CreateInvite = Schemas["CreateInvite"];
export type PasswordRules = Schemas["PasswordRules"];
export type Signup = Schemas["Signup"];
export type ExternalLogin = Schemas["ExternalLogin"];
export type FinishExternalSignIn = Schemas["FinishExternalSignIn"];
export type Login = Schemas["Login"];
export type LoginSecondFactor = Schemas["LoginSecondFactor"];
/** A passkey, without its key. */
export type Passkey = Schemas["Passkey"];
/** What `navigator.credentials.create` gives, as JSON. */
export type NewPasskey = Schemas["NewPasskey"];
/** What `navigator.credentials.get` gives, as JSON. */
export type PasskeyAssertion = Schemas["PasskeyAssertion"];
export type ChallengePasskey = Schemas["ChallengePasskey"];
/** What `navigator.credentials` takes as `publicKey`, as JSON. */
export type PasskeyOptions = Record<string, unknown>;
export type ChangePassword = Schemas["ChangePassword"];
export type StepUp = Schemas["StepUp"];
export type ChangeEmail = Schemas["ChangeEmail"];
export type CreatePost = Schemas["CreatePost"];
export type UpdatePost = Schemas["UpdatePost"];
export type CreateComment = Schemas["CreateCommentOnPost"];
/** What a user has set. */
export type Preferences = Schemas["Preferences"];
export type NotificationPreferences = Schemas["NotificationPreferences"];
export type UpdateNotificationPreferences = Schemas["UpdateNotificationPreferences"];
export type WhyNotified = Schemas["WhyNotified"];
export type Audience = Preferences["whoMayComment"];
export type UpdatePreferences = Schemas["UpdatePreferences"];
export type UpdateUser = Schemas["UpdateUser"];

/** One page of a list. `pageInfo.endCursor` leads to what is older, `pageInfo.startCursor` (as `since`) to what is newer. */
export interface Page<T> {
  data: T[];
  pageInfo: PageInfo;
}
export type CommentPage = Schemas["CommentPage"];
export type CommentThread = Schemas["CommentThread"];
export type InboxCounts = components["schemas"]["UnreadCount"];
export type NotificationPage = operations["listNotifications"]["responses"][200]["content"]["application/json"];
export type PageQuery = NonNullable<operations["listUserReposts"]["parameters"]["query"]>;
/** A page of a feed, of all posts or of those in a category. */
export type FeedQuery = NonNullable<operations["listPosts"]["parameters"]["query"]>;
export type NotificationCategory = Schemas["NotificationCategory"];
/** What of the inbox is listed: of one category, or what is unread. */
export type NotificationQuery = PageQuery & { type?: NotificationCategory; unread?: boolean };
export type AggregateQuery = NonNullable<operations["postAggregates"]["parameters"]["query"]>;
export type PostHit = Schemas["PostHit"];
export type TagHit = Schemas["TagHit"];
export type Suggestion = Schemas["Suggestion"];
export type TagState = Schemas["TagState"];
export type Trend = Schemas["Trend"];
export type SearchResults = Schemas["SearchResults"];
export type CommentQuery = NonNullable<operations["listPostComments"]["parameters"]["query"]>;
export type CommentOrder = NonNullable<CommentQuery["order"]>;
export type Export = operations["exportMe"]["responses"][200]["content"]["application/json"];
export type StreamEntries = operations["streamEntries"]["responses"][200]["content"]["application/json"];

/** What every call takes beside its own arguments. */
export interface CallOptions {
  signal?: AbortSignal;
}
