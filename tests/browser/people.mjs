// People who use the chat page, in the words of one who watches them.
import { until } from "./browser.mjs";

const PASSWORD = "seven green bottles on a wall";

/** Somebody who has registered on the page, with a browser of their own. */
export async function registers(opens, username, name, options) {
  const one = await opens(name, options);
  const { page } = one;
  await page.goto("/demo/");
  await page.getByLabel("Register").check();
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Name that others see").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Register" }).click();
  await page.getByRole("button", { name: "New conversation" }).waitFor();
  const person = { ...one, username, name, password: PASSWORD };
  await isConnected(person);
  return person;
}

/** Waits until the socket is open. */
export const isConnected = ({ page }) => page.locator('#connection[data-state="open"]').waitFor({ state: "attached" });

/** Begins a conversation with others, found by their user names. */
export async function begins({ page }, others, title) {
  await page.getByRole("button", { name: "New conversation" }).click();
  const dialog = page.getByRole("dialog", { name: "New conversation" });
  for (const { username, name } of others) {
    await dialog.getByLabel("Find users by name").fill(username);
    await dialog.getByRole("list", { name: "Users" }).getByRole("button", { name }).click();
  }
  if (title) await dialog.getByLabel("Title of the group").fill(title);
  await dialog.getByRole("button", { name: "Begin" }).click();
  await page.getByRole("heading", { name: title ?? others[0].name }).waitFor();
}

/** Opens a conversation of the list. */
export async function chooses({ page }, title) {
  await page.locator("#conversations button", { has: page.locator(`.name:text-is("${title}")`) }).click();
  await page.getByRole("heading", { name: title }).waitFor();
  await page.locator("#scroll:not([aria-busy])").waitFor();
}

/** Finds a message by its words, and goes to it. */
export async function finds({ page }, words, text) {
  await page.getByRole("button", { name: "Search in this conversation" }).click();
  await page.getByRole("searchbox", { name: "Words" }).fill(words);
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.getByRole("list", { name: "Found messages" }).getByRole("button").filter({ hasText: text }).click();
  await message({ page }, text).and(page.locator(".found")).waitFor();
}

/** Writes a message and sends it. */
export async function says({ page }, text) {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).click();
}

/** The message with this text. */
export const message = ({ page }, text) => page.locator("#timeline li.message:not(.pending)").filter({ hasText: text });

/** Waits until a message is there, once. */
export async function sees(person, text) {
  await message(person, text).first().waitFor();
  await until(`${person.name} sees “${text}” once`, async () => (await message(person, text).count()) === 1);
}

/** Waits until one's own message has got so far. */
export const seesTicks = (person, text, status) => message(person, text).locator(`.ticks[data-status="${status}"]`).waitFor();

/** Does with a message what its menu says. */
export async function does(person, text, what) {
  await message(person, text).getByRole("button", { name: "What to do with this message" }).click();
  await person.page.getByRole("menuitem", { name: what, exact: true }).click();
}

/** The texts of all messages, in their order. */
export const texts = ({ page }) => page.locator("#timeline li.message .text").allInnerTexts();
