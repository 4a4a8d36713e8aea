import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { useLocationProperty } from "wouter/use-browser-location";
import { commentAddress, commentElementId, commentOf } from "../data/addresses.ts";

interface Options {
  isLoaded: boolean;
  /** Loads the conversation around a comment. */
  loadAround: (id: string) => Promise<void>;
}

/** Highlights the comment that the address leads to, in its place in the conversation, which is loaded around it. One that has no place there has a page. */
export function useLinkedComment(postId: string, { isLoaded, loadAround }: Options): void {
  const id = commentOf(useLocationProperty(() => location.hash));
  const [, navigate] = useLocation();
  const last = useRef<{ id: string; isFound: boolean }>(undefined);
  useEffect(() => {
    if (id === undefined || !isLoaded) return;
    const element = document.getElementById(commentElementId(id));
    const isTried = last.current?.id === id;
    if (!element) {
      // Once it was shown, the reader may have gone on to the beginning.
      if (isTried && last.current?.isFound) return;
      if (isTried) return navigate(commentAddress(postId, id), { replace: true });
      last.current = { id, isFound: false };
      return void loadAround(id);
    }
    if (isTried && last.current?.isFound) return;
    last.current = { id, isFound: true };
    element.scrollIntoView({ block: "center" });
    element.setAttribute("data-linked", "");
    return () => element.removeAttribute("data-linked");
  }, [id, postId, isLoaded, loadAround, navigate]);
}
