/** A client on its way to the live end of a stream. */
export interface Arrival {
  /** The highest offset that a hint has named since the last read for this client began. */
  hinted: number;
}

/** Clients that join, by stream. A stream without followers keeps no hints: those that come during a join are noted for its client. */
export interface Arrivals {
  begin(stream: string): Arrival;
  end(stream: string, arrival: Arrival): void;
  note(stream: string, offset: number): void;
}

export function createArrivals(): Arrivals {
  const byStream = new Map<string, Set<Arrival>>();
  return {
    begin(stream) {
      const arrival = { hinted: 0 };
      const others = byStream.get(stream);
      if (others) others.add(arrival);
      else byStream.set(stream, new Set([arrival]));
      return arrival;
    },
    end(stream, arrival) {
      const all = byStream.get(stream);
      all?.delete(arrival);
      if (all?.size === 0) byStream.delete(stream);
    },
    note(stream, offset) {
      for (const arrival of byStream.get(stream) ?? []) arrival.hinted = Math.max(arrival.hinted, offset);
    },
  };
}
