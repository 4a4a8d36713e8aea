/** What a list shows: an item by its id, or one that is on its way. */
export interface Shown<T> {
  /** The same while an item is sent and afterwards. */
  key: string;
  id: string;
  draft?: T;
}

export const isSameShown = (one: Shown<unknown>, other: Shown<unknown>): boolean => one.id === other.id && one.draft === other.draft;
