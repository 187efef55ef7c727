// One message as it is shown.
import { $, bytes, h, icon, moment, problemText } from "./dom.js";
import { nameOf } from "./people.js";
import { call, state } from "./state.js";
import { said } from "./list.js";

/** Pictures that this page has sent, by the id of the upload: shown before the store's own are there. */
export const previews = new Map();

const DONE = {
  members_added: (who, whom) => `${who} added ${whom}`,
  member_removed: (who, whom) => `${who} removed ${whom}`,
  member_left: (who) => `${who} left`,
  role_changed: (who, whom, { role }) => `${who} made ${whom} ${role}`,
  owner_changed: (who, whom) => `${who} made ${whom} the owner`,
  conversation_updated: (who, _, { title }) => `${who} changed ${title ? `the title to “${title}”` : "the group"}`,
};
const TICKS = { waiting: "◷", sending: "◷", failed: "⚠", sent: "✓", delivered: "✓✓", read: "✓✓" };

/** The element of a message. `first`: whether somebody else wrote the one before. */
export function messageElement(message, { first, group, status, onMenu, onReact, onJump }, old) {
  const mine = message.sender_id === state.me.id;
  if (message.type === "system" && !message.deleted_at) return h("li", { class: "system quiet", data: { id: message.id, seq: message.seq } }, systemText(message));
  const element = h(
    "li",
    { class: `message ${mine ? "mine" : "theirs"}${first ? " first" : ""}`, tabIndex: -1, data: { id: message.id, seq: message.seq } },
    h(
      "div",
      { class: "bubble" },
      !mine && h("p", { class: `from${group && first ? "" : " hidden"}` }, nameOf(message.sender_id, message.conversation_id)),
      mine && h("span", { class: "hidden" }, "You: "),
      message.reply_to && quote(message, onJump),
      content(message, old),
      h("p", { class: "meta quiet" }, message.pinned && icon("pinned", "pinned"), message.edited_at && !message.deleted_at && "edited ", moment(message.created_at), mine && ticks(status)),
    ),
    message.reactions.length > 0 && reactions(message, onReact),
    h("button", { class: "more icon", aria: { label: "What to do with this message", haspopup: "menu" }, on: { click: (event) => onMenu(message, event.currentTarget) } }, icon("more")),
  );
  return element;
}

/** The element of a message that is on its way. */
export function pendingElement(pending, { onRetry, onDiscard }) {
  const { content: what, state: status, error, created_at_ms, client_id } = pending;
  const media = (what.media_ids ?? []).map((id) => previews.get(id)).filter(Boolean);
  return h(
    "li",
    { class: "message mine pending first", data: { clientId: client_id } },
    h(
      "div",
      { class: "bubble" },
      media.length > 0 && h("div", { class: "media" }, media.map((preview) => (preview.url ? h("img", { src: preview.url, alt: preview.name }) : h("p", { class: "file" }, icon("file"), preview.name)))),
      what.location && h("p", { class: "text" }, said({ type: "location", location: what.location })),
      what.text && h("p", { class: "text", dir: "auto" }, what.text),
      h("p", { class: "meta quiet" }, moment(created_at_ms), ticks(status)),
    ),
    status === "failed" &&
      h("p", { class: "problem" }, problemText(error), " ", h("button", { on: { click: () => onRetry(client_id) } }, "Try again"), " ", h("button", { on: { click: () => onDiscard(client_id) } }, "Forget it")),
  );
}

/** How far a message has got. */
export function ticks(status) {
  return h("span", { class: "ticks", data: { status }, aria: { role: "img", label: status } }, TICKS[status]);
}

function systemText({ sender_id, conversation_id, system }) {
  const whom = (system?.user_ids ?? []).map((id) => nameOf(id, conversation_id)).join(", ");
  return DONE[system?.action]?.(nameOf(sender_id, conversation_id), whom, system) ?? "The group was changed";
}

function quote({ reply_to, conversation_id }, onJump) {
  return h(
    "button",
    { class: "quote", aria: { label: `Answers: ${said(reply_to)}` }, on: { click: () => onJump(reply_to.seq) } },
    h("span", { class: "from" }, nameOf(reply_to.sender_id, conversation_id)),
    h("span", { class: "quiet" }, said(reply_to)),
  );
}

function content(message, old) {
  const { media, location, text, deleted_at, error } = message;
  if (deleted_at || error) return h("p", { class: "text quiet" }, deleted_at ? "This message was deleted." : "This message cannot be read.");
  // What plays goes on playing.
  const shown = media.length > 0 && old && $(".media", old);
  return [
    shown || (media.length > 0 && h("div", { class: "media" }, media.map(mediaElement))),
    location && placeElement(location),
    text && h("p", { class: "text", dir: "auto" }, withNames(text, message)),
  ];
}

function reactions(message, onReact) {
  return h(
    "ul",
    { class: "reactions", aria: { label: "Reactions" } },
    message.reactions.map(({ emoji, count, mine }) =>
      h("li", {}, h("button", { aria: { pressed: mine, label: `${emoji}, ${count}` }, on: { click: () => onReact(message, emoji, mine) } }, `${emoji} ${count}`)),
    ),
  );
}

/** The text, with the names of those who are mentioned made bold. */
function withNames(text, { mentions, conversation_id }) {
  const names = mentions.map((id) => (id === "all" ? "all" : (state.members.get(conversation_id)?.get(id)?.username ?? state.users.get(id)?.username)));
  const known = new Set(names.filter(Boolean).map((name) => `@${name}`.toLowerCase()));
  return text.split(/(@[A-Za-z0-9_.]+)/).map((part) => {
    const name = part.replace(/\.+$/, "");
    return known.has(name.toLowerCase()) ? [h("strong", { class: "mention" }, name), part.slice(name.length)] : part;
  }).flat();
}

function placeElement({ latitude, longitude, name, address }) {
  const where = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return h("p", { class: "place" }, icon("place"), h("strong", {}, name ?? "A place"), address && h("span", {}, address), h("a", { href: map, target: "_blank", rel: "noopener noreferrer" }, where));
}

function mediaElement(media) {
  if (media.kind === "image") return pictureElement(media);
  if (media.kind === "video") return fresh(h("video", { controls: true, preload: "metadata", poster: still(media)?.url ?? "", width: media.width ?? 320, height: media.height ?? 180, aria: { label: media.file_name ?? "Video" } }), media);
  if (media.kind === "audio") return h("div", { class: "audio" }, waveform(media), fresh(h("audio", { controls: true, preload: "none", aria: { label: media.file_name ?? "Sound" } }), media));
  return fileElement(media);
}

/** The smallest still form that fills a bubble on a sharp screen. */
function still({ variants }) {
  const stills = variants.filter(({ content_type, url }) => content_type.startsWith("image/") && url).sort((one, other) => one.width - other.width);
  return stills.find(({ width }) => width >= 640) ?? stills.at(-1);
}

function pictureElement(media) {
  const small = still(media);
  const picture = h("img", { alt: media.file_name ?? "Picture", loading: "lazy", width: small?.width ?? media.width ?? 320, height: small?.height ?? media.height ?? 240 });
  fresh(picture, media, (now) => still(now)?.url ?? now.url);
  return h("button", { class: "picture", aria: { label: `Open ${media.file_name ?? "the picture"}` }, on: { click: () => open(media.id) } }, picture);
}

function fileElement(media) {
  return h("button", { class: "file", on: { click: () => open(media.id) } }, icon("file"), media.file_name ?? "File", h("span", { class: "quiet" }, ` ${bytes(media.size)}`));
}

/** Gives an element its link, and another one when that is over: links live for minutes. */
function fresh(element, media, link = (now) => now.url) {
  let again = 0;
  element.addEventListener("error", async () => {
    if (again++ > 2) return;
    const now = await call("get_media", { path: { media_id: media.id } }).catch(() => null);
    if (now && link(now)) element.src = link(now);
  });
  if (link(media)) element.src = link(media);
  return element;
}

/** Opens a file with a new link, in a new tab as far as the store lets it be shown. */
async function open(mediaId) {
  const { url } = await call("get_media", { path: { media_id: mediaId } });
  h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }).click();
}

function waveform({ waveform: loud }) {
  if (!loud) return null;
  const bars = h("div", { class: "waveform", aria: { hidden: "true" } }, loud.map(() => h("i")));
  loud.forEach((value, place) => bars.children[place].style.setProperty("height", `${Math.max(6, (value / 255) * 100)}%`));
  return bars;
}
