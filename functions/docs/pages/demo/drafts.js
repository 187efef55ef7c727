// What was begun to be written, of each conversation: its text, and the message that it answers.
//
// It is kept in `sessionStorage`, for this tab and as long as it is open, reloaded or not. In `localStorage` it would stay on the machine in
// the clear after everybody has gone, while what is sent is sealed; in memory a reload would lose it.
import { on } from "./state.js";

const KEY = "talkify.drafts";
let drafts = read();

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** The draft of a conversation; an empty one where there is none. */
export const draftOf = (id) => ({ text: "", reply: null, ...drafts[id] });

/** Keeps a draft, or lets go of it when there is nothing in it. */
export function keepDraft(id, { text = "", reply = null }) {
  if (text.trim() || reply) drafts[id] = { text, reply };
  else delete drafts[id];
  try {
    if (Object.keys(drafts).length > 0) sessionStorage.setItem(KEY, JSON.stringify(drafts));
    else sessionStorage.removeItem(KEY);
  } catch {
    // A browser that keeps nothing still has them in memory.
  }
}

// Nobody else finds what one was about to say.
on("session", (me) => {
  if (me) return;
  drafts = {};
  sessionStorage.removeItem(KEY);
});
