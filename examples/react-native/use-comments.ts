// How a React Native app follows a post: a sketch, with nothing in it that only runs there.
import { createClient, type ListState, type LiveComments, liveComments, type NewFeedClient, type StoredTokens, type TokenStorage } from "@newfeed/client";
import { useEffect, useState, useSyncExternalStore } from "react";

/** What expo-secure-store has; react-native-keychain is as easily fitted. */
export interface SecureStore {
  getItemAsync(key: string): Promise<string | null>;
  setItemAsync(key: string, value: string): Promise<void>;
  deleteItemAsync(key: string): Promise<void>;
}

const key = "newfeed.tokens";

export const secureTokens = (store: SecureStore): TokenStorage => ({
  read: async () => JSON.parse((await store.getItemAsync(key)) ?? "null") as StoredTokens | null,
  write: (tokens) => (tokens ? store.setItemAsync(key, JSON.stringify(tokens)) : store.deleteItemAsync(key)),
});

/** React Native's own `fetch` cannot read an answer as it comes, so that streams come over a socket. */
export const createAppClient = (baseUrl: string, store: SecureStore): NewFeedClient =>
  createClient({ baseUrl, transport: "socket", session: { storage: secureTokens(store) } });

const loading: ListState<never> = { status: "loading", items: [], pending: [], hasMore: false };
const never = () => () => {};

/** Comments of a post, live; `add` shows what was written at once, and rejects with the reason when it is refused. */
export function useComments(client: NewFeedClient, postId: string) {
  const [list, setList] = useState<LiveComments | null>(null);
  useEffect(() => {
    const opened = liveComments(client, postId);
    setList(opened);
    return () => opened.close();
  }, [client, postId]);
  const snapshot = () => list?.state ?? loading;
  const state = useSyncExternalStore(list?.subscribe ?? never, snapshot, snapshot);
  return { ...state, add: list?.add, loadMore: list?.loadMore };
}
