import { useSyncExternalStore } from "react";
import { client } from "../data/client.ts";

const subscribe = (listener: () => void) => client.connection.subscribe(listener);

/** How the connection is that everything live comes over. */
export const useConnection = () => useSyncExternalStore(subscribe, () => client.connection.state);
