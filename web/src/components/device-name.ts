import { t } from "../texts/account.ts";

/** A browser's name in words, from its user agent. */
export function deviceOf(userAgent: string): string {
  const browser = /Edg\//.test(userAgent)
    ? "Edge"
    : /Firefox\//.test(userAgent)
      ? "Firefox"
      : /Chrome\//.test(userAgent)
        ? "Chrome"
        : /Safari\//.test(userAgent)
          ? "Safari"
          : null;
  // Android's user agent contains Linux too, and those of iPads and iPhones Mac OS X.
  const system = ["Windows", "Android", "iPhone", "iPad", "Mac OS X", "Linux"].find((name) => userAgent.includes(name))?.replace("Mac OS X", "macOS");
  if (browser) return system ? t.devices.on(browser, system) : browser;
  return userAgent.slice(0, 40) || t.devices.unknown;
}
