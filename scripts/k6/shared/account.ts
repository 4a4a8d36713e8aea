/** Of the usernames of the scripts' accounts. The next run reuses them, since sign-ups are limited and expensive. */
export const defaultPrefix = "k6";

/** What an account of the scripts signs up with. */
export const accountOf = (username: string) => ({ username, email: `${username}@example.com`, password: "Load-test-1", fullName: `Load ${username}` });

/** Who decides cases. */
export const moderatorName = (prefix: string): string => `${prefix}_moderator`;
