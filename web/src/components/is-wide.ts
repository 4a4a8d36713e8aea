import { useSyncExternalStore } from "react";

/** As in shell.css: a rail beside the page instead of bars above and below it. */
const wide = matchMedia("(min-width: 45em)");

export const useIsWide = () =>
  useSyncExternalStore(
    (listener) => {
      wide.addEventListener("change", listener);
      return () => wide.removeEventListener("change", listener);
    },
    () => wide.matches,
  );
