// Users who are found by name and chosen: for a new conversation, and for more members of one.
import { $, attempt, avatar, h, settled } from "./dom.js";
import { call, state } from "./state.js";

/** Makes one of an element that holds a field `q`, a list `.people` for who is found and a list `.chosen`. Nobody is found whom `skips` answers for. */
export function picker(root, problem, { skips = () => false, onChange }) {
  const query = $("[name=q]", root);
  const found = $(".people", root);
  const chosen = new Map();

  const find = settled(250, async () => {
    const q = query.value.trim();
    await attempt(problem, null, async () => {
      const { items } = q ? await call("search_users", { query: { q, limit: 20 } }) : { items: [] };
      if (query.value.trim() !== q) return;
      const others = items.filter(({ id }) => id !== state.me.id && !skips(id));
      others.forEach((one) => state.users.set(one.id, one));
      found.replaceChildren(...others.map(row), ...(q && others.length === 0 ? [h("li", { class: "quiet" }, "Nobody else is called that.")] : []));
    });
  });
  const row = (one) =>
    h("li", {}, h("button", { type: "button", on: { click: () => choose(one) } }, avatar(one.display_name, one.id, one.status.presence), h("span", {}, one.display_name, " ", h("span", { class: "quiet" }, one.username))));

  function choose(one) {
    if (chosen.has(one.id)) chosen.delete(one.id);
    else chosen.set(one.id, one);
    query.value = "";
    draw();
    query.focus();
  }

  function draw() {
    found.replaceChildren();
    $(".chosen", root).replaceChildren(
      ...[...chosen.values()].map((one) => h("li", {}, h("button", { type: "button", aria: { label: `Remove ${one.display_name}` }, on: { click: () => choose(one) } }, `${one.display_name} ✕`))),
    );
    onChange(chosen);
  }

  query.addEventListener("input", find);
  query.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    $("button", found)?.click();
  });

  /** Begins anew, with nobody. */
  function reset() {
    query.value = "";
    chosen.clear();
    draw();
  }
  return { chosen, reset };
}
