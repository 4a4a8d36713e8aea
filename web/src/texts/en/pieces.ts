import { countsIn } from "../counted.ts";

const counted = countsIn("en");

/** What stands in pieces of pages that are fetched when they are first shown. */
export const pieces = {
  poll: {
    label: "Poll",
    add: "Add a poll",
    result: "Result of the poll",
    vote: "Vote",
    chooseFirst: "Choose an option first.",
    voted: "Your vote is counted.",
    voteFailed: "Your vote was not counted.",
    yourVote: "your vote",
    showResult: "Show the result",
    showOptions: "Back to the options",
    votes: (count: number) => counted(count, { one: "# vote", other: "# votes" }),
    until: (time: string) => `until ${time}`,
    ended: (time: string) => `ended ${time}`,
    lasts: (duration: string) => `open for ${duration} once it is published`,
    option: (place: number) => `Option ${place}`,
    addOption: "Add an option",
    removeOption: (place: number) => `Remove option ${place}`,
    duration: "Duration",
    remove: "Remove the poll",
    stays: "The poll has votes, so it stays as it is.",
    beginsAgain: "If you change the poll, its time begins again.",
  },
  emoji: {
    add: "Add an emoji",
    search: "Search emoji",
    groups: "Kinds of emoji",
    found: (count: number) => counted(count, { one: "# emoji", other: "# emoji" }),
    none: "No emoji has such a name.",
  },
  emojiGroups: {
    recent: "Used lately",
    smileys: "Smileys and emotions",
    people: "People",
    nature: "Animals and nature",
    food: "Food and drink",
    travel: "Travel and places",
    activities: "Activities",
    objects: "Objects",
    symbols: "Symbols",
    flags: "Flags",
  },
};
