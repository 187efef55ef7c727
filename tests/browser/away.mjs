// A browser that was away: what was said meanwhile is there afterwards, once, in its order; what it said itself too.
import { equal, test, until } from "./browser.mjs";
import { begins, chooses, finds, isConnected, message, registers, says, sees, seesTicks, texts } from "./people.mjs";

await test(async (opens) => {
  const alice = await registers(opens, process.env.ALICE, "Alice");
  const bob = await registers(opens, process.env.BOB, "Bob");
  await begins(alice, [bob]);
  await says(alice, "before");
  await chooses(bob, "Alice");
  await sees(bob, "before");

  // Bob's network goes. What he says waits; what is said to him waits too, more of it than one page of the feed or of messages.
  bob.expect("ERR_INTERNET_DISCONNECTED");
  await bob.context.setOffline(true);
  await bob.page.evaluate(() => globalThis.dispatchEvent(new Event("offline")));
  await says(bob, "from a tunnel");
  await bob.page.locator("#timeline .pending").filter({ hasText: "from a tunnel" }).waitFor();
  const conversation = await alice.page.locator("#conversations [aria-current]").getAttribute("data-id");
  const missed = Array.from({ length: 120 }, (_, index) => `missed ${index + 1} of 120`);
  await alice.page.evaluate(
    async ([conversation_id, all]) => {
      const { TalkifyClient, browserStore } = await import("/demo/talkify.js");
      const client = new TalkifyClient("", { store: browserStore(), retries: 30, longestWaitMs: 60_000 });
      for (const text of all) await client.sendMessage(conversation_id, { type: "text", text });
    },
    [conversation, missed],
  );
  await sees(alice, missed.at(-1));
  equal("what has come to Bob", (await texts(bob)).filter((text) => text.startsWith("missed")), []);

  await bob.context.setOffline(false);
  await sees(bob, missed.at(-1));
  await sees(alice, "from a tunnel");
  await isConnected(bob);
  await until("Bob has everything once and in order", async () => {
    const said = (await texts(bob)).filter((text) => text !== "from a tunnel");
    return JSON.stringify(said) === JSON.stringify(["before", ...missed]);
  });
  equal("what Bob said from the tunnel", (await texts(bob)).filter((text) => text === "from a tunnel").length, 1);
  equal("what waits", await bob.page.locator("#timeline .pending").count(), 0);

  // Both live again: what is new comes, and what was read is known.
  await says(alice, "are you there?");
  await sees(bob, "are you there?");
  await bob.page.evaluate(() => (document.querySelector("#scroll").scrollTop = 1e9));
  await seesTicks(alice, "are you there?", "read");

  // Everything is in reach by scrolling, both ways.
  await alice.page.reload();
  await chooses(alice, "Bob");
  await sees(alice, "are you there?");
  equal("the first page", await message(alice, "missed 1 of").count(), 0);
  await until("the oldest is there", async () => {
    await alice.page.evaluate(() => (document.querySelector("#scroll").scrollTop = 0));
    return (await message(alice, "before").count()) === 1;
  });
  equal("all of it", (await texts(alice)).length, 123);
  await alice.page.reload();
  await chooses(alice, "Bob");
  await finds(alice, "before", "before");
  equal("what is far from there", await message(alice, "are you there?").count(), 0);
  await until("the newest is there", async () => {
    await alice.page.evaluate(() => (document.querySelector("#scroll").scrollTop = 1e9));
    return (await message(alice, "are you there?").count()) === 1;
  });
  equal("all of it, from the other end", (await texts(alice)).length, 123);
});
