// Two people with a browser each: everything that one does is seen by the other as it happens.
import { join } from "node:path";

import { equal, isAccessible, test, until } from "./browser.mjs";
import { begins, chooses, does, finds, message, registers, says, sees, seesTicks } from "./people.mjs";

await test(async (opens) => {
  const alice = await registers(opens, process.env.ALICE, "Alice");
  // What is refused is said in the server's words, and changes nothing.
  const stranger = await opens("stranger");
  stranger.expect("401");
  await stranger.page.goto("/demo/index.html");
  await stranger.page.getByLabel("User name").fill(alice.username);
  await stranger.page.getByLabel("Password").fill("not her password");
  await stranger.page.getByRole("button", { name: "Log in" }).click();
  await stranger.page.getByRole("alert").filter({ hasText: /./ }).waitFor();
  await isAccessible(stranger);

  // On a narrow screen the list and the conversation take turns.
  const bob = await registers(opens, process.env.BOB, "Bob", { viewport: { width: 390, height: 780 }, colorScheme: "dark", hasTouch: true });
  await begins(alice, [bob]);
  await says(alice, "Hello, <b>Bob</b> 👋");
  await sees(alice, "Hello, <b>Bob</b> 👋");
  // Bob has not looked yet: it has come to him, and he hears of it.
  await seesTicks(alice, "Hello", "delivered");
  await bob.page.locator("#conversations .badge").filter({ hasText: "1" }).waitFor();
  await chooses(bob, "Alice");
  await sees(bob, "Hello, <b>Bob</b> 👋");
  await seesTicks(alice, "Hello", "read");
  await until("what was read is not unread", async () => (await bob.page.locator("#conversations .badge").count()) === 0);
  // The page takes nobody's word for markup.
  equal("elements in texts", await bob.page.locator("#timeline .text b").count(), 0);

  await bob.page.getByRole("textbox", { name: "Message" }).pressSequentially("Hi");
  await alice.page.locator("#typing").filter({ hasText: "Bob types" }).waitFor();
  await bob.page.getByRole("button", { name: "Send", exact: true }).click();
  await sees(alice, "Hi");
  await until("nobody types any more", async () => (await alice.page.locator("#typing").innerText()) === "");
  await seesTicks(bob, "Hi", "read");
  await alice.page.locator('.presence[data-presence="online"]').waitFor();

  // Answers, reactions, edits, pins.
  await does(bob, "Hello", "Reply");
  await says(bob, "Good to see you");
  await message(alice, "Good to see you").locator(".quote").filter({ hasText: "Hello, <b>Bob</b>" }).waitFor();
  await does(alice, "Good to see you", "👍");
  await message(bob, "Good to see you").getByRole("button", { name: "👍, 1" }).waitFor();
  await message(bob, "Good to see you").getByRole("button", { name: "👍, 1" }).click();
  await message(alice, "Good to see you").getByRole("button", { name: "👍, 2" }).waitFor();
  await message(alice, "Good to see you").getByRole("button", { name: "👍, 2" }).click();
  await message(bob, "Good to see you").getByRole("button", { name: "👍, 1" }).waitFor();
  await does(bob, "Good to see you", "Edit");
  await says(bob, "Good to see you again");
  await message(alice, "Good to see you again").filter({ hasText: "edited" }).waitFor();
  await does(alice, "Good to see you again", "Pin");
  await message(bob, "Good to see you again").filter({ has: bob.page.getByRole("img", { name: "pinned" }) }).waitFor();

  // A picture: it is uploaded, looked at, sent, and seen small on the other side.
  const picture = { name: "view.png", mimeType: "image/png", buffer: await drawn(alice.page) };
  await alice.page.locator("#compose input[type=file]").setInputFiles(picture);
  await alice.page.locator('.attachments li[data-state="ready"]').waitFor();
  await says(alice, "The view");
  await sees(bob, "The view");
  const image = message(bob, "The view").locator("img");
  await image.scrollIntoViewIfNeeded();
  await until("Bob's browser shows the picture", () => image.evaluate((shown) => shown.complete && shown.naturalWidth > 0));
  equal("the name of the picture", await image.getAttribute("alt"), picture.name);
  // A file of no special kind, and what the store refuses.
  const notes = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("Milk, bread") };
  await bob.page.locator("#compose input[type=file]").setInputFiles(notes);
  await bob.page.locator('.attachments li[data-state="ready"]').waitFor();
  await says(bob, "");
  await message(alice, "notes.txt").getByRole("button", { name: /notes\.txt/ }).waitFor();
  const broken = { name: "broken.png", mimeType: "image/png", buffer: Buffer.from("no picture") };
  await bob.page.locator("#compose input[type=file]").setInputFiles(broken);
  await bob.page.locator('.attachments li[data-state="failed"]').filter({ hasText: "type_mismatch" }).waitFor();
  await bob.page.getByRole("button", { name: "Remove broken.png" }).click();

  // A film and a sound play on the other side.
  for (const [file, tag, kind] of [["film.mp4", "video", "Film"], ["sound.wav", "audio", "Sound"]]) {
    await bob.page.locator("#compose input[type=file]").setInputFiles(join(process.env.RECORDINGS, file));
    await bob.page.locator('.attachments li[data-state="ready"]').waitFor();
    await says(bob, `${kind} for you`);
    const player = message(alice, `${kind} for you`).locator(tag);
    await player.evaluate((media) => media.load());
    await until(`the ${tag} is two seconds long`, () => player.evaluate((media) => Math.round(media.duration) === 2));
  }

  // A place.
  await alice.page.getByRole("button", { name: "Send a place" }).click();
  const place = alice.page.getByRole("dialog", { name: "Send a place" });
  await place.getByLabel("Name").fill("Pariser Platz");
  await place.getByLabel("Latitude").fill("52.516");
  await place.getByLabel("Longitude").fill("200");
  await place.getByRole("button", { name: "Send" }).click();
  await place.getByRole("alert").filter({ hasText: "Latitude" }).waitFor();
  await place.getByLabel("Longitude").fill("13.378");
  await place.getByRole("button", { name: "Send" }).click();
  await message(bob, "Pariser Platz").getByRole("link", { name: "52.51600, 13.37800" }).waitFor();

  await says(alice, "Forget this");
  await sees(bob, "Forget this");
  await does(alice, "Forget this", "Delete for everyone");
  await message(bob, "This message was deleted").waitFor();
  equal("what is left of it", await message(bob, "Forget this").count(), 0);

  // What the server refuses says so, and is sent again or forgotten.
  alice.expect("400");
  await says(alice, "x".repeat(10_001));
  const refused = alice.page.locator("#timeline .pending").filter({ hasText: "10000" });
  await refused.getByRole("button", { name: "Forget it" }).click();
  await refused.waitFor({ state: "detached" });

  // By keyboard alone: the messages are one stop, arrows go through them, a menu gives the focus back.
  await alice.page.getByRole("textbox", { name: "Message" }).focus();
  await message(alice, "Pariser Platz").focus();
  await alice.page.keyboard.press("ArrowUp");
  await alice.page.keyboard.press("ArrowDown");
  await alice.page.keyboard.press("Tab");
  await alice.page.keyboard.press("Tab");
  const more = message(alice, "Pariser Platz").getByRole("button", { name: "What to do with this message" });
  await until("the button has the focus", () => more.evaluate((button) => button === document.activeElement));
  await alice.page.keyboard.press("Enter");
  await alice.page.getByRole("menuitem", { name: "Reply" }).waitFor();
  await isAccessible(alice);
  await alice.page.keyboard.press("Escape");
  await until("the button has the focus again", () => more.evaluate((button) => button === document.activeElement));
  await isAccessible(bob);

  await finds(bob, "view", "The view");

  // A group: mentions are counted apart, what happens in it is said.
  await begins(alice, [bob], "Book club");
  await alice.page.getByRole("textbox", { name: "Message" }).pressSequentially(`Next is Moby-Dick, @${bob.username.slice(0, 8)}`);
  await alice.page.getByRole("listbox", { name: "Members to mention" }).getByRole("button").first().click();
  await alice.page.keyboard.press("Enter");
  await bob.page.getByRole("button", { name: "Back to the conversations" }).click();
  await bob.page.locator("#conversations").getByRole("button", { name: "Book club" }).filter({ hasText: "1 mentions" }).waitFor();
  await chooses(bob, "Book club");
  await message(bob, "Moby-Dick").locator(".mention").waitFor();
  await bob.page.getByRole("button", { name: "About this conversation" }).click();
  const about = bob.page.getByRole("dialog", { name: "Book club" });
  await isAccessible(bob);
  for (const flag of ["Pin", "Mute", "Archive"]) {
    await about.getByRole("button", { name: flag, exact: true }).click();
    await about.getByRole("button", { name: flag, exact: true, pressed: true }).waitFor();
  }
  await about.getByRole("button", { name: "Leave" }).click();
  await alice.page.locator("#timeline .system").filter({ hasText: "Bob left" }).waitFor();

  // Who goes on later is still logged in, with new tokens where the old ones are over; who logs out is not.
  const kept = () => bob.page.evaluate(() => JSON.parse(localStorage.getItem("talkify.session")));
  const before = await kept();
  await bob.page.evaluate((session) => localStorage.setItem("talkify.session", JSON.stringify({ ...session, expires_at_ms: 0 })), before);
  await bob.page.reload();
  await chooses(bob, "Alice");
  await sees(bob, "The view");
  const after = await kept();
  equal("the session", after.session_id, before.session_id);
  equal("whether the refresh token is another", after.refresh_token !== before.refresh_token, true);
  await bob.page.getByRole("button", { name: "Back to the conversations" }).click();
  await isAccessible(bob);
  await bob.page.getByRole("button", { name: /^Bob/ }).click();
  await bob.page.getByRole("button", { name: "Log out" }).click();
  await bob.page.getByRole("button", { name: "Log in" }).waitFor();
  equal("what is kept", await bob.page.evaluate(() => localStorage.length), 0);
});

/** A picture, as PNG. */
async function drawn(page) {
  const base64 = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 800, height: 500 });
    const paint = canvas.getContext("2d");
    const sky = paint.createLinearGradient(0, 0, 0, 500);
    sky.addColorStop(0, "#5aa9e6");
    sky.addColorStop(1, "#f6d6ad");
    paint.fillStyle = sky;
    paint.fillRect(0, 0, 800, 500);
    paint.fillStyle = "#2f4858";
    paint.fill(new Path2D("M0 500 L250 200 L420 380 L560 240 L800 500 Z"));
    return canvas.toDataURL("image/png").split(",")[1];
  });
  return Buffer.from(base64, "base64");
}
