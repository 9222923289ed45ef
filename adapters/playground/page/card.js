// card draws a card and sends its taps. A card knows nothing of the chat it
// lies in; who taps is asked at the moment of the tap.

import { newEvent, tap } from "./api.js";
import { sure } from "./dialog.js";
import { el } from "./dom.js";
import { createForm } from "./form.js";
import { takeMessages } from "./state.js";
import { complain, toast } from "./toast.js";
import { light, links, withMentions } from "./words.js";

const tones = new Set(["blue", "yellow", "red", "green", "grey"]);

// createCard answers the node and the form's drafts; viewer is asked for the
// person who taps.
export function createCard(message, viewer, drafts) {
  const card = message.card;
  const form = card.inputs?.length ? createForm(card.inputs, drafts) : null;
  const tone = tones.has(card.tone) ? card.tone : "blue";
  const node = el("article", { class: `card ${tone}`, "aria-label": card.title });
  if (card.title) node.append(el("h3", {}, withMentions(card.title)));
  const main = el("div", { class: "inside" });
  if (card.fields?.length) main.append(fields(card.fields));
  if (card.table) main.append(table(card.table));
  if (card.body) main.append(light(card.body));
  if (card.files?.length) main.append(links(card.files, viewer));
  if (form) main.append(form.node);
  if (card.buttons?.length) main.append(buttons(message, viewer, form));
  if (main.childNodes.length) node.append(main);
  return { node, drafts: () => form?.drafts() ?? new Map() };
}

function fields(list) {
  return el(
    "dl",
    { class: "fields" },
    list.map((f) => el("div", {}, el("dt", {}, f.label), el("dd", {}, withMentions(f.value ?? "")))),
  );
}

function table({ head, rows }) {
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "表格" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, (head ?? []).map((h) => el("th", { scope: "col" }, h)))),
      el(
        "tbody",
        {},
        (rows ?? []).map((r) => el("tr", {}, r.map((cell) => el("td", {}, withMentions(cell))))),
      ),
    ),
  );
}

// buttons: the one that sends the form stands out, otherwise the first.
function buttons(message, viewer, form) {
  const list = message.card.buttons;
  const main = list.find((b) => b.submit) ?? list[0];
  return el(
    "div",
    { class: "buttons" },
    list.map((b) =>
      el(
        "button",
        {
          type: "button",
          "data-button": b.id,
          class: b === main ? "primary" : "quiet",
          onclick: (e) => press(e.currentTarget, message, b, viewer(), form),
        },
        b.label,
      ),
    ),
  );
}

async function press(node, message, button, user, form) {
  if (button.submit && form && !form.check()) return;
  if (button.confirm && !(await sure(button.confirm))) return;
  const all = node.closest(".buttons").querySelectorAll("button");
  const busy = (yes) => all.forEach((b) => (b.disabled = yes));
  busy(true);
  node.setAttribute("aria-busy", "true");
  const keep = button.submit && form ? form.release() : () => {};
  try {
    const answer = await tap({
      message: message.id,
      seq: message.seq,
      user,
      button: button.id,
      form: button.submit && form ? form.values() : {},
      event: newEvent(),
    });
    takeMessages(answer.messages);
    toast(answer.toast);
  } catch (err) {
    keep();
    complain(err);
  } finally {
    busy(false);
    node.removeAttribute("aria-busy");
  }
}
