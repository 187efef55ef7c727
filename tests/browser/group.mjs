// A group that changes while both look at it: what it is called, who is in it; and what was begun to be written in one conversation of several.
import { equal, isAccessible, test, until } from "./browser.mjs";
import { begins, chooses, registers, says, sees } from "./people.mjs";

await test(async (opens) => {
  const alice = await registers(opens, process.env.ALICE, "Alice");
  const bob = await registers(opens, process.env.BOB, "Bob");
  await begins(alice, [bob]);
  await begins(alice, [bob], "Walks");
  await chooses(bob, "Walks");

  await alice.page.getByRole("button", { name: "About this conversation" }).click();
  const about = alice.page.getByRole("dialog", { name: /walks/i });
  await about.getByRole("button", { name: "Remove Bob" }).waitFor();
  await isAccessible(alice);
  await about.getByLabel("Title").fill("Long walks");
  await about.getByLabel("Title").press("Enter");
  await bob.page.getByRole("heading", { name: "Long walks" }).waitFor();

  // Who is no admin is not offered what is refused to them.
  await bob.page.getByRole("button", { name: "About this conversation" }).click();
  const seen = bob.page.getByRole("dialog", { name: "Long walks" });
  await seen.getByText("Alice").waitFor();
  equal("what Bob may change", await seen.getByRole("button", { name: /^(Remove|Rename|Add)/ }).count(), 0);
  await seen.getByRole("button", { name: "Close" }).click();

  // What Bob's page asks for in that moment may be his no more.
  bob.expect("404");
  await about.getByRole("button", { name: "Remove Bob" }).click();
  await about.getByRole("button", { name: "Remove Bob" }).waitFor({ state: "detached" });
  const walks = bob.page.locator("#conversations").getByRole("button", { name: "Long walks" });
  await walks.waitFor({ state: "detached" });
  await bob.page.getByText("Choose a conversation").waitFor();

  await about.getByLabel("Find users to add").fill(bob.username);
  await about.getByRole("list", { name: "Users" }).getByRole("button", { name: "Bob" }).click();
  await isAccessible(alice);
  await about.getByRole("button", { name: "Add", exact: true }).click();
  await about.getByRole("button", { name: "Remove Bob" }).waitFor();
  await until("he cannot be added twice", async () => about.getByRole("button", { name: "Add", exact: true }).isDisabled());
  await about.getByRole("button", { name: "Close" }).click();
  await chooses(bob, "Long walks");
  await bob.page.locator("#timeline .system").filter({ hasText: "Alice added Bob" }).waitFor();
  await says(bob, "Back again");
  await sees(alice, "Back again");

  // What was begun waits where it was begun, also for a page that is loaded again. Nobody is sent it.
  const written = alice.page.getByRole("textbox", { name: "Message" });
  await written.fill("Half a thought");
  await chooses(alice, "Bob");
  equal("what is written to Bob", await written.inputValue(), "");
  await alice.page.locator("#conversations button").filter({ hasText: "Draft: Half a thought" }).waitFor();
  await alice.page.reload();
  await chooses(alice, "Long walks");
  await until("the draft is there again", async () => (await written.inputValue()) === "Half a thought");
  await written.press("Enter");
  await sees(bob, "Half a thought");
  await chooses(alice, "Bob");
  await chooses(alice, "Long walks");
  equal("what is left of the draft", await written.inputValue(), "");

  // Who logs out leaves nothing for whoever comes next.
  await written.fill("Between us");
  await alice.page.getByRole("button", { name: /^Alice/ }).click();
  await alice.page.getByRole("button", { name: "Log out" }).click();
  await alice.page.getByRole("button", { name: "Log in" }).waitFor();
  equal("what is kept", await alice.page.evaluate(() => localStorage.length + sessionStorage.length), 0);
});
