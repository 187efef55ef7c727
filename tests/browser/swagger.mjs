// The API as a page: it lists every operation, lets one try each, and logs in by the calls themselves.
import { equal, test, until } from "./browser.mjs";

await test(async (opens) => {
  const alice = await opens("alice");
  const { page } = alice;
  await page.goto("/swagger/index.html");
  await page.locator(".opblock").first().waitFor();

  const contract = await page.evaluate(() => fetch("/openapi.json").then((answer) => answer.json()));
  const methods = ["get", "put", "post", "delete", "patch"];
  const operations = Object.values(contract.paths).flatMap((path) => methods.flatMap((method) => (path[method] ? [path[method].operationId] : [])));
  const listed = async () => (await page.locator(".opblock").evaluateAll((blocks) => blocks.map(({ id }) => id.split("-").at(-1)))).sort();
  await until("every operation is listed", async () => (await listed()).length === operations.length);
  equal("what is listed", await listed(), operations.sort());

  const block = (operation) => page.locator(`.opblock[id$="-${operation}"]`);
  const open = async (operation) => {
    await block(operation).locator(".opblock-summary-control").click();
    await block(operation).locator(".btn.execute").waitFor();
  };
  const close = async (operation) => {
    await block(operation).locator(".opblock-summary-control").click();
    await block(operation).locator(".btn.execute").waitFor({ state: "detached" });
  };
  // Tag by tag: with all of them on the page, each click draws all of them anew.
  const tagOf = Object.fromEntries(Object.values(contract.paths).flatMap((path) => methods.flatMap((method) => (path[method] ? [[path[method].operationId, path[method].tags[0]]] : []))));
  const shows = async (tag) => {
    await page.locator(".operation-filter-input").fill(tag);
    const expected = operations.filter((operation) => tagOf[operation].includes(tag)).sort();
    await until(`only ${tag} is shown`, async () => JSON.stringify(await listed()) === JSON.stringify(expected));
  };
  for (const tag of new Set(Object.values(tagOf))) {
    await shows(tag);
    for (const operation of operations.filter((operation) => tagOf[operation] === tag)) {
      await open(operation);
      await close(operation);
    }
  }

  /** Executes an operation as a person does, and answers status and body. */
  const tries = async (operation, { body, path = {} } = {}) => {
    await shows(tagOf[operation]);
    await open(operation);
    for (const [name, value] of Object.entries(path)) await block(operation).locator(`tr[data-param-name="${name}"] input`).fill(value);
    if (body !== undefined) await block(operation).locator("textarea.body-param__text").fill(JSON.stringify(body));
    await block(operation).locator(".btn.execute").click();
    const answer = block(operation).locator(".live-responses-table .response").first();
    const status = Number.parseInt(await answer.locator(".response-col_status").innerText());
    const text = await answer.locator(".response-col_description .highlight-code").first().innerText({ timeout: status === 204 ? 1 : undefined }).catch(() => "");
    // What is shown stays, even over a closing, until it is cleared.
    await block(operation).locator(".btn-clear").click();
    await answer.waitFor({ state: "detached" });
    await close(operation);
    return { status, text };
  };
  const says = ({ status, text }, expected, ...words) => {
    equal("the status", status, expected);
    for (const word of words) if (!text.includes(word)) throw new Error(`${word} is not in ${text}`);
  };

  alice.expect("401");
  // Without any token the gateway answers before a function runs.
  says(await tries("get_me"), 401, "Unauthorized");
  const username = process.env.ALICE;
  const password = "seven green bottles on a wall";
  says(await tries("register_user", { body: { username, password } }), 201, username, "access_token");
  await page.locator(".btn.authorize.locked").waitFor();
  says(await tries("get_me"), 200, username);
  const created = await tries("create_conversation", { body: { type: "group", title: "Tried out", member_ids: [] } });
  says(created, 201, "Tried out");
  const [conversation_id] = /[0-9a-f-]{36}/.exec(created.text);
  const message = { client_id: crypto.randomUUID(), type: "text", text: "From the page of the API" };
  says(await tries("send_message", { path: { conversation_id }, body: message }), 201, message.text);
  says(await tries("list_messages", { path: { conversation_id } }), 200, message.text);
  alice.expect("400");
  says(await tries("send_message", { path: { conversation_id }, body: { ...message, text: "" } }), 400, "invalid_request", "too_short");
  says(await tries("delete_current_session"), 204);
  says(await tries("get_me"), 401, "unauthenticated", "request_id");
  says(await tries("create_session", { body: { username, password } }), 201, "access_token");
  says(await tries("get_me"), 200, username);
});
