// Elements without markup: what users write only ever becomes text (the page's policy refuses anything else).

/** The element of a selector. */
export const $ = (selector, within = document) => within.querySelector(selector);

/** A new element: properties as JavaScript has them, `data` and `aria` as objects, `on` as event handlers; children are elements or texts. */
export function h(name, { data, aria, on, class: className, ...properties } = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(data ?? {})) element.dataset[key] = value;
  for (const [key, value] of Object.entries(aria ?? {})) element.setAttribute(key === "role" ? key : `aria-${key}`, value);
  for (const [key, handler] of Object.entries(on ?? {})) element.addEventListener(key, handler);
  if (className) element.className = className;
  Object.assign(element, properties);
  element.append(...given(children));
  return element;
}

/** Those children that there are. */
export const given = (children) => children.flat().filter((child) => child !== null && child !== undefined && child !== false);

const SVG = "http://www.w3.org/2000/svg";
/** One of the pictures in the page's own markup; with words for what has no other. */
export function icon(name, words) {
  const picture = document.createElementNS(SVG, "svg");
  picture.classList.add("icon-picture");
  picture.setAttribute(words ? "aria-label" : "aria-hidden", words ?? "true");
  if (words) picture.setAttribute("role", "img");
  picture.append(document.createElementNS(SVG, "use"));
  picture.firstChild.setAttribute("href", `#i-${name}`);
  return picture;
}

/** Says something to those who hear the page rather than see it. */
export function announce(text) {
  $("#announcer").textContent = text;
}

/** What went wrong, in the server's own words: which field has what fault, or else the whole. */
export function problemText(error) {
  const fields = (error?.fields ?? []).map(({ field, message }) => `${field}: ${message}`);
  return fields.length > 0 ? fields.join(" ") : (error?.message ?? "");
}

/** Shows in the place for it what a call came to. */
export function showProblem(place, error) {
  place.textContent = problemText(error);
}

/** Does something that may fail, once at a time, and shows how it failed. Answers whether it succeeded. */
export async function attempt(place, button, work) {
  if (button?.disabled) return false;
  showProblem(place);
  if (button) button.disabled = true;
  try {
    await work();
    return true;
  } catch (error) {
    showProblem(place, error);
    return false;
  } finally {
    if (button) button.disabled = false;
  }
}

/** Calls a function once it has not been asked for a while. */
export function settled(ms, work) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), ms);
  };
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

export const day = (at) => DAY.format(new Date(at));
export const hour = (at) => TIME.format(new Date(at));
export const moment = (at) => h("time", { dateTime: new Date(at).toISOString(), title: WHOLE.format(new Date(at)) }, hour(at));
/** The hour of today, the day of what is older. */
export const short = (at) => (day(at) === day(Date.now()) ? hour(at) : day(at));

export function bytes(count) {
  const unit = ["B", "KB", "MB"][Math.min(2, Math.floor(Math.log2(Math.max(count, 1)) / 10))];
  return `${(count / { B: 1, KB: 1024, MB: 1048576 }[unit]).toFixed(unit === "B" ? 0 : 1)} ${unit}`;
}

/** Two letters on one of a few colours, for those without a picture. */
export function avatar(name, id, presence) {
  const letters = [...name.trim()].slice(0, 1).join("").toUpperCase();
  const colour = [...(id ?? name)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 6, 0);
  return h("span", { class: "avatar", data: { colour, ...(presence ? { presence } : {}) }, aria: { hidden: "true" } }, letters);
}
