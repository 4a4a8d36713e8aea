import { client } from "../data/client.ts";
import { useObservable } from "../data/hooks.ts";

/** The state of the connection that everything live comes over. */
export const useConnection = () => useObservable(client.connection);
