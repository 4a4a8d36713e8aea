import type { Page } from "playwright-core";

export const desk = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };
/** Where stories are told: on a desktop, with `SCREEN=phone` on a phone. */
export const screens = [process.env.SCREEN === "phone" ? phone : desk];

/** Pages of those who are not signed in. */
export const signedOut = ["/login", "/signup", "/forgot-password", "/reset-password", "/verify-email", "/unsubscribe"];

/** What opens each dialog of the settings. */
export const settingsDialogs = ["Change e-mail address", "Change password", "Turn on", "Add a passkey", "Create a token", "Delete my account"];

/** Opens a dialog, and resolves once it is there. */
export async function openDialog(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).first().click();
  await page.getByRole("dialog").or(page.getByRole("alertdialog")).waitFor();
}

/** Closes the dialog that is open. */
export async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").or(page.getByRole("alertdialog")).waitFor({ state: "detached" });
}
