/** The password of every demo user, as in the README. */
export const password = "Test123";

export type Name = "alice" | "bob" | "carol";

interface Person {
  fullName: string;
  bio: string;
  follows: Name[];
  /** The `key` of the post that is first on the profile. */
  pinned?: string;
}

export const people: Record<Name, Person> = {
  alice: { fullName: "Alice Moreau", bio: "Climbs at weekends, bakes on weekdays.", follows: ["bob"] },
  bob: { fullName: "Bob Lindqvist", bio: "Bicycles, maps, too much coffee.", follows: ["alice", "carol"], pinned: "puncture" },
  carol: { fullName: "Carol Okafor", bio: "Night nurse and amateur astronomer.", follows: ["alice", "bob"] },
};

export interface DemoComment {
  by: Name;
  content: string;
  likedBy?: Name[];
  replies?: DemoComment[];
}

export interface DemoPost {
  /** Unique among its author's posts, so that a second run does not create it again. */
  key: string;
  by: Name;
  content: string;
  title?: string;
  /** Attaches the demo's picture. */
  picture?: true;
  visibility?: "followers";
  poll?: { options: string[]; duration: number };
  /** The places of options. */
  votes?: Partial<Record<Name, number>>;
  likedBy: Name[];
  repostedBy?: Name[];
  /** The `key` of the post that it quotes, which comes before it. */
  quotes?: string;
  comments: DemoComment[];
}

/** In order of creation: the last one is the first in the feed. */
export const posts: DemoPost[] = [
  {
    key: "sourdough",
    by: "alice",
    title: "Sourdough, take four",
    content: "Less water, a longer night in the fridge, and for once it did not spread like a pancake.",
    likedBy: ["bob", "carol"],
    comments: [
      {
        by: "bob",
        content: "Save me the crust.",
        likedBy: ["alice"],
        replies: [{ by: "alice", content: "Only if you bring the coffee.", likedBy: ["bob"] }],
      },
    ],
  },
  {
    key: "puncture",
    by: "bob",
    content: "Two punctures on one ride. The second one was 300 m from my door, so I carried the bicycle home and called it training.",
    likedBy: ["carol"],
    comments: [{ by: "carol", content: "Cross-training, strictly speaking.", likedBy: ["bob"] }],
  },
  {
    key: "perseids",
    by: "carol",
    content: "Counted 41 meteors before the clouds came. Who else was out?",
    likedBy: ["alice"],
    // Alice, who does not follow Carol, has it by Bob.
    repostedBy: ["bob"],
    comments: [
      {
        by: "alice",
        content: "I saw nine and a hedgehog.",
        likedBy: ["carol"],
        replies: [
          { by: "carol", content: "The hedgehog counts double." },
          { by: "bob", content: "@alice Was it moving faster than the meteors?" },
        ],
      },
    ],
  },
  {
    key: "evening",
    by: "alice",
    content: "From the top of the north wall, ten minutes before we had to find the way down by headlamp.",
    picture: true,
    likedBy: ["bob", "carol"],
    comments: [
      { by: "carol", content: "That is Venus, low on the right. You are welcome.", likedBy: ["alice"] },
      { by: "bob", content: "How long is the walk to the foot of it?" },
    ],
  },
  {
    key: "starter",
    by: "carol",
    content: "A night shift goes by faster with this at the end of it.",
    quotes: "sourdough",
    likedBy: ["alice"],
    repostedBy: ["bob"],
    comments: [],
  },
  {
    key: "map",
    by: "bob",
    content: "I draw maps of every ride. This one, for followers only, leads to the good bakery.",
    visibility: "followers",
    // A new follower can see it only moments later, so that a like could fail.
    likedBy: [],
    comments: [],
  },
  {
    key: "sunday",
    by: "bob",
    content: "Where to on Sunday?",
    // The first visit of a visitor is without what a poll loads.
    visibility: "followers",
    poll: { options: ["The lighthouse", "Up the gorge", "The bakery, by a long way round"], duration: 7 * 86_400 },
    votes: { alice: 1, bob: 2, carol: 2 },
    likedBy: [],
    comments: [],
  },
];
