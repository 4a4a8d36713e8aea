import { createObservable } from "@newfeed/client";

/** The language and time zone in which dates are shown; null: the device's. */
export interface Region {
  language: string | null;
  timeZone: string | null;
}

export const ofDevice: Region = { language: null, timeZone: null };
export const region = createObservable<Region>(ofDevice);
