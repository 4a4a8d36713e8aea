// A sketch of how a React Native app follows a post. It uses nothing that runs only there.
import { createClient, type ListState, type LiveComments, liveComments, type NewFeedClient, type StoredTokens, type TokenStorage } from "@newfeed/client";
import { useEffect, useState, useSyncExternalStore } from "react";

/** The API of expo-secure-store; react-native-keychain is as easy to adapt. */
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

/** React Native's `fetch` cannot read a response as it arrives, so live streams use a socket. */
export const createAppClient = (baseUrl: string, store: SecureStore): NewFeedClient =>
  createClient({ baseUrl, transport: "socket", session: { storage: secureTokens(store) } });

const loading: ListState<never> = { status: "loading", items: [], pending: [], hasMore: false };
const never = () => () => {};

/** The comments of a post, live. `add` shows the comment at once, and rejects with the reason when the server refuses it. */
export function useComments(client: NewFeedClient, postId: string) {
  const [list, setList] = useState<LiveComments | null>(null);
  useEffect(() => {
    const comments = liveComments(client, postId);
    setList(comments);
    return () => comments.close();
  }, [client, postId]);
  const snapshot = () => list?.state ?? loading;
  const state = useSyncExternalStore(list?.subscribe ?? never, snapshot, snapshot);
  return { ...state, add: list?.add, loadMore: list?.loadMore };
}
