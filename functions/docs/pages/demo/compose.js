// What one is about to say: text, files, a place, an answer, an edit.
import { $, attempt, bytes, h, icon, showProblem } from "./dom.js";
import { draftOf, keepDraft } from "./drafts.js";
import { loadMembers, nameOf } from "./people.js";
import { looked, sayTyping, send } from "./session.js";
import { call, client, on, state, tell } from "./state.js";
import { kindOf, uploadMedia } from "./talkify.js";
import { previews } from "./message.js";
import { said } from "./list.js";
import { toNewest } from "./timeline.js";

const form = $("#compose");
const area = $("textarea", form);
const picker = $("input[type=file]", form);
const context = $(".context", form);
const chips = $(".attachments", form);
const suggestions = $(".suggestions", form);
const problem = $(".problem", form);
const place = $("#place-dialog");

/** The message that is answered or edited, and the files to go along. */
let reply = null;
let edited = null;
let files = [];
let typed = 0;

/** Goes on with what was begun to be written in a conversation; files are chosen again. */
export function openCompose(id) {
  files.forEach(({ abort }) => abort.abort());
  files = [];
  showProblem(problem);
  resume(id);
}

function resume(id) {
  edited = null;
  ({ reply, text: area.value } = draftOf(id));
  draw();
}

/** Keeps what is written, so that it is there when the conversation is opened again. An edit is no draft. */
function keep() {
  if (!edited) keepDraft(state.open, { reply, text: area.value });
}

function draw() {
  context.hidden = !reply && !edited;
  if (!context.hidden) $("span", context).textContent = edited ? "Editing" : `Answering ${nameOf(reply.sender_id, reply.conversation_id)}: ${said(reply)}`;
  chips.hidden = files.length === 0;
  chips.replaceChildren(...files.map(({ chip }) => chip));
  suggestions.hidden = true;
  grow();
}

function grow() {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
}

on("reply", (message) => {
  if (edited) resume(state.open);
  reply = message;
  keep();
  draw();
  area.focus();
});
on("edit", (message) => {
  reply = null;
  edited = message;
  area.value = message.text;
  draw();
  area.focus();
});
on("failure", (error) => showProblem(problem, error));
$("button", context).addEventListener("click", () => {
  if (edited) {
    resume(state.open);
  } else {
    reply = null;
    keep();
    draw();
  }
  area.focus();
});

// ── Sending ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = area.value.trim();
  showProblem(problem);
  if (edited) return void attempt(problem, $("button.primary", form), () => edit(text));
  if (files.some(({ media }) => !media)) return showProblem(problem, { message: "The files are not ready yet." });
  if (!text && files.length === 0) return;
  // Whoever goes to another conversation meanwhile has sent it to this one.
  const [id, answered, chosen] = [state.open, reply, files];
  await toNewest();
  const more = { ...(answered ? { reply_to: answered.id } : {}), ...(text ? { mentions: await mentioned(text, id) } : {}) };
  if (more.mentions?.length === 0) delete more.mentions;
  if (chosen.length === 0) send(id, { type: "text", text, ...more });
  // A message holds files of one kind; what is written goes with the first.
  [...Map.groupBy(chosen, ({ media }) => media.kind)].forEach(([type, group], at) => {
    send(id, { type, media_ids: group.map(({ media }) => media.id), ...(at === 0 ? { ...more, ...(text ? { text } : {}) } : {}) });
  });
  keepDraft(id, {});
  if (state.open !== id) return;
  files = [];
  typing(false);
  resume(id);
});

async function edit(text) {
  const { conversation_id, id: message_id, version } = edited;
  tell("message", await call("edit_message", { path: { conversation_id, message_id }, body: { text, version } }));
  if (edited?.id === message_id) resume(conversation_id);
}

area.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !context.hidden) return $("button", context).click();
  if (!suggestions.hidden && (event.key === "Tab" || event.key === "Enter")) {
    event.preventDefault();
    return $("button", suggestions).click();
  }
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

// ── Typing and names ────────────────────────────────────────────────────────────────────────────────────────────────────
/** Says so every ten seconds as long as one types: it is forgotten after fifteen. */
function typing(active) {
  const now = Date.now();
  if (active ? now - typed < 10_000 : typed === 0) return;
  typed = active ? now : 0;
  sayTyping(state.open, active);
}

area.addEventListener("input", async () => {
  grow();
  keep();
  typing(area.value !== "");
  const begun = /(?:^|\s)@([a-z0-9_.]*)$/i.exec(area.value.slice(0, area.selectionStart))?.[1]?.toLowerCase();
  suggestions.hidden = true;
  if (begun === undefined || state.conversations.get(state.open)?.type !== "group") return;
  const names = [...(await loadMembers(state.open)).values()].filter(({ user_id }) => user_id !== state.me.id).map(({ username }) => username);
  const fitting = [...names, "all"].filter((name) => name?.startsWith(begun)).slice(0, 6);
  suggestions.replaceChildren(...fitting.map((name) => h("li", { aria: { role: "option" } }, h("button", { type: "button", on: { click: () => complete(begun, name) } }, `@${name}`))));
  suggestions.hidden = fitting.length === 0;
});

function complete(begun, name) {
  const end = area.selectionStart;
  area.setRangeText(`@${name} `, end - begun.length - 1, end, "end");
  suggestions.hidden = true;
  keep();
  area.focus();
}

/** The ids of those whose names the text has. */
async function mentioned(text, id) {
  const names = new Set((text.toLowerCase().match(/@[a-z0-9_.]+/g) ?? []).map((name) => name.slice(1).replace(/\.+$/, "")));
  if (names.size === 0) return [];
  const members = [...(await loadMembers(id)).values()].filter(({ username }) => names.has(username)).map(({ user_id }) => user_id);
  return names.has("all") ? [...members, "all"] : members;
}

// ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
$("[data-do=attach]", form).addEventListener("click", () => picker.click());
picker.addEventListener("change", () => {
  [...picker.files].forEach(attach);
  picker.value = "";
});
area.addEventListener("paste", (event) => {
  const pasted = [...event.clipboardData.files];
  if (pasted.length > 0) event.preventDefault();
  pasted.forEach(attach);
});
$("#chat").addEventListener("dragover", (event) => event.preventDefault());
$("#chat").addEventListener("drop", (event) => {
  event.preventDefault();
  if (state.open) [...event.dataTransfer.files].forEach(attach);
});

async function attach(file) {
  const abort = new AbortController();
  const bar = h("progress", { max: file.size, value: 0, aria: { label: `Upload of ${file.name}` } });
  const status = h("span", { class: "quiet" }, bytes(file.size));
  const url = kindOf(file.type) === "image" ? URL.createObjectURL(file) : undefined;
  const remove = () => {
    abort.abort();
    files = files.filter((one) => one !== entry);
    draw();
  };
  const chip = h(
    "li",
    { data: { state: "sending" } },
    url ? h("img", { src: url, alt: "" }) : icon("file"),
    h("span", { class: "what" }, file.name, " ", status, bar),
    h("button", { type: "button", class: "icon", aria: { label: `Remove ${file.name}` }, on: { click: remove } }, icon("close")),
  );
  const entry = { chip, abort };
  files.push(entry);
  draw();
  try {
    const onProgress = (sent) => (bar.value = sent);
    const announced = await uploadMedia(client, file, { onProgress, signal: abort.signal, waitUntilReady: false });
    Object.assign(chip.dataset, { state: "looked-at" });
    status.textContent = "is looked at …";
    entry.media = await looked(announced.id, abort.signal);
    previews.set(entry.media.id, { url, name: file.name });
    chip.dataset.state = "ready";
    status.textContent = "ready";
  } catch (error) {
    if (error.code === "aborted") return;
    chip.dataset.state = "failed";
    showProblem(status, error);
  } finally {
    bar.remove();
  }
}

// ── Places ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
$("[data-do=locate]", form).addEventListener("click", () => place.showModal());
$("[data-do=cancel]", place).addEventListener("click", () => place.close());
$("[data-do=here]", place).addEventListener("click", () => {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      $("[name=latitude]", place).value = coords.latitude;
      $("[name=longitude]", place).value = coords.longitude;
    },
    (error) => showProblem($(".problem", place), error),
  );
});
$("form", place).addEventListener("submit", (event) => {
  event.preventDefault();
  const value = (name) => $(`[name=${name}]`, place).value.trim();
  const [latitude, longitude] = ["latitude", "longitude"].map((name) => Number(value(name).replace(",", ".")));
  const inside = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  showProblem($(".problem", place), inside ? null : { message: "Latitude is from −90 to 90, longitude from −180 to 180." });
  if (!inside) return;
  send(state.open, { type: "location", location: { latitude, longitude, ...(value("name") ? { name: value("name") } : {}) }, ...(reply ? { reply_to: reply.id } : {}) });
  reply = null;
  keep();
  draw();
  place.close();
});
