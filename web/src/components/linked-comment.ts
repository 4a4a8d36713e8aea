import { useEffect } from "react";
import { useLocation } from "wouter";
import { useLocationProperty } from "wouter/use-browser-location";
import { commentAddress, commentElementId, commentOf } from "../data/addresses.ts";

/** Highlights the comment that the address leads to, in its place in the conversation; one that is not there has a page. */
export function useLinkedComment(postId: string, isLoaded: boolean): void {
  const id = commentOf(useLocationProperty(() => location.hash));
  const [, navigate] = useLocation();
  useEffect(() => {
    if (id === undefined || !isLoaded) return;
    const element = document.getElementById(commentElementId(id));
    if (!element) return navigate(commentAddress(postId, id), { replace: true });
    element.scrollIntoView({ block: "center" });
    element.setAttribute("data-linked", "");
    return () => element.removeAttribute("data-linked");
  }, [id, postId, isLoaded, navigate]);
}
