// A browser of the tests, and what every page in it is held to: no error in its console, no request to anywhere but the stack.
import { createRequire } from "node:module";
import { join } from "node:path";

const need = createRequire(join(process.env.NODE_MODULES, "/"));
const { chromium } = need("playwright-core");
const axe = need("axe-core");

/** Longer than anything takes on a loaded machine: only what never comes fails. */
const PATIENCE_MS = 120_000;
const FLAGS = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Where the stack is. */
export const url = process.env.API_URL;

/** Runs a test with a browser, and ends with status 1 and what there was to see when it fails. */
export async function test(work) {
  const browser = await chromium.launch({ executablePath: process.env.BROWSER, args: FLAGS, chromiumSandbox: false, timeout: PATIENCE_MS });
  const pages = [];
  try {
    await work(async (name, options) => {
      const page = await newPage(browser, name, options);
      pages.push(page);
      return page;
    });
    for (const page of pages) page.isFaultless();
  } catch (error) {
    console.error(error);
    for (const { name, page, faults, requests } of pages) {
      console.error(`\n── ${name}: ${page.url()}\n${faults.join("\n")}\nthe last requests:\n${requests.slice(-15).join("\n")}`);
      console.error(await page.locator("body").ariaSnapshot({ timeout: 5_000 }).catch(String));
      if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`) }).catch(() => {});
    }
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

/** A page of somebody with a browser of their own. */
async function newPage(browser, name, options) {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1200, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.setDefaultNavigationTimeout(PATIENCE_MS);
  const allowed = [url, process.env.STORE_URL, process.env.SOCKET_URL].map((address) => new URL(address).host);
  const faults = [];
  const requests = [];
  /** Answers that the test asks for: the console has them as errors too. */
  const expected = new Set();
  page.on("console", (message) => {
    const wanted = [...expected].some((words) => message.text().includes(words));
    if (message.type() === "error" && !wanted) faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message} ${error.stack}`));
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (!["data:", "blob:"].includes(protocol) && !allowed.includes(host)) faults.push(`request: ${request.url()}`);
  });
  page.on("websocket", (socket) => allowed.includes(new URL(socket.url()).host) || faults.push(`socket: ${socket.url()}`));
  page.on("response", (response) => requests.push(`${response.status()} ${response.request().method()} ${response.url()}`));
  const isFaultless = () => {
    if (faults.length > 0) throw new Error(`${name}: ${faults.join("\n")}`);
  };
  return { name, page, context, faults, requests, isFaultless, expect: (words) => expected.add(words) };
}

/** Waits until something is so, however long it takes in reason. */
export async function until(what, so) {
  const end = Date.now() + PATIENCE_MS;
  for (let last; ; last = undefined) {
    try {
      if (await so()) return;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`in vain: ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function equal(what, found, expected) {
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}

/** Holds what a page shows now to the rules of WCAG 2.2 AA that a program can check: names, roles, contrast, sizes. */
export async function isAccessible({ name, page }) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  const told = violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary}`));
  if (told.length > 0) throw new Error(`${name} shows what not everybody can use:\n${told.join("\n")}`);
}
