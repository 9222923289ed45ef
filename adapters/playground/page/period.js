// period is the panel “这段时间”: what was said while the clock moved, to whom
// and why, and what was held back.

import { $, el } from "./dom.js";
import { clockOf, dateOf, dayOf, timeOf } from "./moment.js";
import { chatOf, labelOf, open, state, takePhone } from "./state.js";
import { firstLine } from "./words.js";

export function startPeriod() {
  $("period-close").addEventListener("click", () => ($("period").hidden = true));
  $("period").addEventListener("keydown", (e) => {
    if (e.key === "Escape") $("period").hidden = true;
  });
}

export function hidePeriod() {
  $("period").hidden = true;
}

export function showPeriod({ from, now, messages, held }) {
  const said = messages
    .filter((m) => m.from === "bot")
    .map((m) => ({ ...m, at: m.changed || m.at }))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.seq - b.seq);
  const sums = [`发出 ${said.length} 条`, held.length && `忍住没发 ${held.length} 条`].filter(Boolean);
  $("period-span").textContent = `${clockOf(from)} → ${clockOf(now)} · ${sums.join(" · ")}`;
  const parts = [];
  if (said.length) parts.push(list(said, spoken, "发出的"));
  else parts.push(el("p", { class: "nothing" }, "这段时间会办没有发消息。"));
  if (held.length) {
    parts.push(el("h3", {}, `忍住没发的（${held.length}）`), list(held, withheld, "忍住没发的"));
  }
  $("period-list").replaceChildren(...parts);
  $("period-list").scrollTop = 0;
  $("period").hidden = false;
}

// list groups by day.
function list(entries, row, label) {
  const root = el("ol", { "aria-label": label });
  let day = "";
  for (const e of entries) {
    if (dateOf(e.at) !== day) {
      day = dateOf(e.at);
      root.append(el("li", { class: "date" }, dayOf(e.at)));
    }
    root.append(row(e));
  }
  return root;
}

function line(at, to, what, why, props = {}) {
  return el(
    "li",
    props,
    el("time", { datetime: at }, timeOf(at)),
    el("span", { class: "to" }, to),
    el("span", { class: "words" }, el("span", {}, what), why && el("span", { class: "why" }, why)),
  );
}

function spoken(m) {
  const chat = chatOf(m.chat);
  const person = m.to || (chat?.kind === "p2p" ? chat.members[0] : "");
  const to = person ? labelOf(person) : (chat?.name ?? "");
  const what = el("button", { type: "button", class: "link", onclick: () => visit(chat, person) }, firstLine(m));
  return line(m.at, to, [what, m.changed ? "（更新）" : ""], m.why, { "data-said": m.id });
}

const withheld = (h) =>
  line(h.at, chatOf(h.to)?.name ?? labelOf(h.to), h.what, h.why, { class: "held", "data-held": true });

// visit shows where it was said: my chat on the left, somebody else's phone on
// the right.
function visit(chat, person) {
  if (!chat) return;
  if (chat.kind === "p2p" && person !== state.who) takePhone(person);
  else if (chat.members.includes(state.who)) open(chat.id);
}
