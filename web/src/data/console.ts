import type { ChangeDeadLetters, EventCalls, EventFilters, Page, StoredEvent } from "@newfeed/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { client, refetch } from "./client.ts";
import { keys } from "./keys.ts";
import { nextPage } from "./lists.ts";

export type ServiceName = ChangeDeadLetters["service"];
export type Filters = Pick<EventFilters, "type" | "aggregate" | "actor" | "correlation">;

/** How often what changes by itself is looked for. */
const everyMs = 3_000;

function usePages<T>(key: readonly unknown[], read: (calls: EventCalls, paging: { cursor?: string }, signal: AbortSignal) => Promise<Page<T>>, live = false) {
  return useInfiniteQuery({
    queryKey: keys.console(...key),
    queryFn: async ({ pageParam, signal }) => read(await client.events(), pageParam ? { cursor: pageParam } : {}, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: ({ pages }) => pages.flatMap(({ data }) => data),
    ...(live && { refetchInterval: everyMs }),
  });
}

/** The newest first. */
export const useEvents = (filters: Filters) => usePages(["events", filters], (calls, paging, signal) => calls.list({ ...filters, ...paging }, { signal }));
/** What a request has caused, the oldest first. */
export const useTimeline = (correlation: string) =>
  usePages(["timeline", correlation], (calls, paging, signal) => calls.ofCorrelation(correlation, paging, { signal }));
export const useReplays = () => usePages(["replays"], (calls, paging, signal) => calls.replays(paging, { signal }), true);
export const useDeadLetters = (service: ServiceName | undefined) =>
  usePages(["letters", service], (calls, paging, signal) => calls.deadLetters({ ...(service && { service }), ...paging }, { signal }), true);
export const useDeadLetterAudit = () => usePages(["letter-audit"], (calls, paging, signal) => calls.deadLetterAudit(paging, { signal }));

/** Where a user is signed in. */
export const useSessionsOf = (username: string) =>
  useQuery({
    queryKey: keys.console("sessions", username),
    queryFn: async ({ signal }) => (await client.events()).sessionsOf(username, { signal }),
    refetchInterval: everyMs,
  });
/** Signs a user out of one device, or everywhere. Rejects with the error to show. */
export async function endSessionsOf(username: string, id?: string): Promise<void> {
  await (await client.events()).endSessionsOf(username, id);
  await refetch(keys.console("sessions", username));
}

/** Deletions of accounts. */
export const useAccountDeletions = (state?: "running") =>
  usePages(["deletions", state], (calls, paging, signal) => calls.accountDeletions({ ...(state && { state }), ...paging }, { signal }), true);

export const useDeadLetterCounts = () =>
  useQuery({
    queryKey: keys.console("letter-counts"),
    queryFn: async ({ signal }) => (await client.events()).deadLetterCounts({ signal }),
    refetchInterval: everyMs,
  });
export const useDeadLetter = (service: ServiceName, id: number, tries: number, isShown: boolean) =>
  useQuery({
    queryKey: keys.console("letter", service, id, tries),
    queryFn: async ({ signal }) => (await client.events()).deadLetter(service, id, { signal }),
    enabled: isShown,
  });

/** Rejects with the error to show. */
export async function change(act: (calls: EventCalls) => Promise<unknown>): Promise<void> {
  await act(await client.events());
  await refetch(keys.console());
}

/** Does something with all dead letters of a service, a thousand in a step. Gives their number; rejects with the error to show. */
export async function changeAll(action: "replay" | "drop", service: ServiceName): Promise<number> {
  const calls = await client.events();
  const act = action === "replay" ? calls.replayDeadLetters : calls.dropDeadLetters;
  let sum = 0;
  for (let after: number | null = 0; after !== null; ) {
    const done: Awaited<ReturnType<typeof act>> = await act({ service, after });
    sum += done.letters;
    after = done.next;
  }
  await refetch(keys.console());
  return sum;
}

const filled = (filters: Filters) => new URLSearchParams(Object.entries(filters).filter(([, value]) => value)).toString();
/** Where all events that filters leave are, as lines of JSON. */
export const exportUrl = (filters: Filters): string => `/api/v1/events/export?${filled(filters)}`;

/** A call that the library renews the session for. */
const renewSession = async () => void (await (await client.events()).deadLetterCounts());

const reopenMs = 2_000;
/** More than a person reads. */
const mostShown = 200;

/** Events as they are stored, the newest first, while `isOn`. */
export function useTail(filters: Filters, isOn: boolean): { events: StoredEvent[]; isOpen: boolean } {
  const [events, setEvents] = useState<StoredEvent[]>([]);
  const [isOpen, setOpen] = useState(false);
  const query = filled(filters);
  useEffect(() => {
    setEvents([]);
    if (!isOn) return;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    function open() {
      source = new EventSource(`/api/v1/events/tail?${query}`);
      source.onopen = () => setOpen(true);
      source.addEventListener("event", ({ data }) => setEvents((shown) => [JSON.parse(data) as StoredEvent, ...shown].slice(0, mostShown)));
      source.onerror = () => {
        setOpen(false);
        // Otherwise it opens itself again, and goes on where it was.
        if (source?.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(async () => {
          await renewSession().catch(() => {});
          if (!isOver) open();
        }, reopenMs);
      };
    }
    open();
    return () => {
      isOver = true;
      clearTimeout(timer);
      source?.close();
      setOpen(false);
    };
  }, [query, isOn]);
  return { events, isOpen };
}

interface ServiceState {
  service: string;
  isReady: boolean;
  breaker: { state: "closed" | "open" | "half-open"; calls: number; failures: number };
}

async function readJson<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal });
  return (await response.json()) as T;
}
/** Asks the gateway as the user who is signed in. */
export async function ask(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, init);
  if (response.status !== 401) return response;
  await renewSession();
  return fetch(path, init);
}

/** Whether each service is ready, and what the gateway's breakers say of it. */
export const useServices = () =>
  useQuery({
    queryKey: keys.console("services"),
    queryFn: async ({ signal }): Promise<ServiceState[]> => {
      const [{ checks = {} }, { breakers }] = await Promise.all([
        readJson<{ checks?: Record<string, unknown> }>("/health/services", signal),
        readJson<{ breakers: ({ service: string } & ServiceState["breaker"])[] }>("/health/circuit-breakers", signal),
      ]);
      return breakers.map(({ service, ...breaker }) => ({ service, isReady: checks[service] === "ok", breaker }));
    },
    refetchInterval: everyMs,
  });

/** The instances that clients are connected to. */
export const useInstances = () =>
  useQuery({
    queryKey: keys.console("instances"),
    queryFn: async ({ signal }) => (await client.events()).liveInstances({ signal }),
    refetchInterval: everyMs,
  });

export interface CountedLimits {
  instance: string;
  /** When it began to count. */
  since: string;
  limits: { name: string; points: number; windowSeconds: number; asked: number; refused: number }[];
}
export const useLimits = () =>
  useQuery({
    queryKey: keys.console("limits"),
    queryFn: async ({ signal }): Promise<CountedLimits> => {
      const response = await ask("/admin/rate-limits", { signal });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      return (await response.json()) as CountedLimits;
    },
    refetchInterval: everyMs,
  });

/** Gives false when it was refused. */
export async function resetBreaker(service: string): Promise<boolean> {
  const response = await ask(`/admin/circuit-breakers/${service}/reset`, { method: "POST" });
  await refetch(keys.console("services"));
  return response.ok;
}
