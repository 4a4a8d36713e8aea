import type { Language } from "@newfeed/shared/contracts/languages.ts";

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** So many seconds in the largest unit that measures them whole: "3 days", "90 minutes". */
export function durationIn(language: Language, seconds: number): string {
  const [unit, length] = units.find(([, length]) => seconds % length === 0) ?? ["minute", 60];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }).format(seconds / length);
}
