// chat draws one conversation. Messages already on the screen are left alone
// unless they changed, so that a form being filled in is not lost to news.

import { avatar, el, icon, settle } from "./dom.js";
import { createCard } from "./card.js";
import { dateOf, dayOf, timeOf } from "./moment.js";
import { chatOf, labelOf, markSeen, nameOf, shownIn, state } from "./state.js";
import { firstLine, links, plain } from "./words.js";

const unheard = "未@会办，机器人收不到（与飞书、钉钉一致）";
const glow = 2400; // ms that an edited card stays lit, as in chat.css
const together = 3 * 60 * 1000; // one head for what one person says within this

// createPane draws into log. chat and viewer answer what to show to whom;
// reply and forward are called for the tools of a message.
export function createPane(log, { chat, viewer, reply, forward, empty }) {
  let shown = "";
  let drawn = new Map(); // message id or day -> {node, stamp, drafts}
  let low = true; // the end is on the screen, and is to stay there

  log.addEventListener("scroll", () => {
    low = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  });
  new ResizeObserver(() => low && toEnd()).observe(log);

  function draw() {
    const key = `${viewer()}|${chat()}`;
    const fresh = key !== shown;
    if (fresh) drawn = new Map();
    shown = key;
    const list = shownIn(chat(), viewer());
    const next = new Map();
    const edits = [];
    let before = null;
    for (const m of list) {
      if (!before || dateOf(before.at) !== dateOf(m.at)) {
        next.set(`day ${dateOf(m.at)}`, divider(m));
      }
      const entry = place(m);
      const old = drawn.get(m.id);
      if (old && old !== entry) edits.push([old, entry, held(old.node)]);
      entry.node.classList.toggle("follows", follows(before, m));
      next.set(m.id, entry);
      before = m;
    }
    const grown = next.size > drawn.size;
    const stay = fresh || low || (grown && before?.from === viewer());
    drawn = next;
    const nodes = [...next.values()].map((e) => e.node);
    settle(log, nodes.length ? nodes : [el("p", { class: "nothing" }, empty())]);
    for (const edit of edits) takeUp(...edit);
    if (stay) toEnd(grown && !fresh ? nodes.at(-1) : null);
    if (document.visibilityState === "visible" && list.length) markSeen(chat(), viewer());
  }

  // toEnd shows the end, or the head of a last message that is taller than the
  // pane, so that a form is met at its first field.
  function toEnd(last) {
    const tall = last && last.offsetHeight > log.clientHeight;
    log.scrollTop = tall ? last.offsetTop - log.offsetTop : log.scrollHeight;
  }

  const divider = (m) =>
    drawn.get(`day ${dateOf(m.at)}`) ?? {
      node: el("div", { class: "day", role: "separator" }, dayOf(m.at)),
    };

  function place(m) {
    const stamp = `${m.seq}/${state.roster}`;
    const old = drawn.get(m.id);
    if (old?.stamp === stamp) return old;
    const card = m.card ? createCard(m, viewer, old?.drafts?.()) : null;
    return { stamp, seq: m.seq, node: messageNode(m, card?.node), drafts: card?.drafts };
  }

  // takeUp lets an edited message go on where the old one was: scrolled as it
  // was, with the cursor where it stood. What changed is lit for a moment.
  function takeUp(old, { seq, node }, { scrolls, name, at }) {
    node.querySelectorAll(".scroll").forEach((box, i) => {
      box.scrollTop = scrolls[i]?.[0] ?? 0;
      box.scrollLeft = scrolls[i]?.[1] ?? 0;
    });
    const box = name ? node.querySelector(`.form [name="${CSS.escape(name)}"], [data-button="${CSS.escape(name)}"]`) : null;
    box?.focus({ preventScroll: true });
    if (at !== null) box?.setSelectionRange?.(at, at);
    if (old.seq === seq) return;
    node.classList.add("fresh");
    setTimeout(() => node.classList.remove("fresh"), glow);
  }

  function messageNode(m, cardNode) {
    const mine = m.from === viewer();
    const what = el("div", { class: "what" });
    if (m.reply) what.append(quote(m.reply));
    if (m.text) what.append(el("div", { class: "bubble" }, plain(m.text)));
    if (cardNode) what.append(cardNode);
    if (m.files?.length) what.append(el("div", { class: "bubble" }, links(m.files)));
    what.append(tools(m));
    if (lost(m)) what.append(el("p", { class: "unheard" }, unheard));
    return el(
      "div",
      { class: `message${mine ? " mine" : ""}`, "data-message": m.id, "data-seq": m.seq, "data-from": m.from },
      avatar(m.from, nameOf(m.from)),
      el("div", { class: "said" }, head(m), what),
    );
  }

  function head(m) {
    return el(
      "p",
      { class: "head" },
      el("span", { class: "name" }, m.from === "bot" ? "会办" : labelOf(m.from)),
      m.from === "bot" && el("span", { class: "tag" }, "机器人"),
      m.to && chatOf(m.chat)?.kind === "group" && el("span", { class: "tag grey" }, "仅你可见"),
      el("time", { datetime: m.at }, timeOf(m.at)),
      m.changed && el("span", { class: "edited" }, changedAt(m)),
    );
  }

  function quote(id) {
    const m = state.messages.get(id);
    const text = m ? `${nameOf(m.from)}：${firstLine(m)}` : "原消息";
    return el("button", { type: "button", class: "quote", onclick: () => jump(id) }, text);
  }

  function jump(id) {
    const node = drawn.get(id)?.node;
    node?.scrollIntoView({ block: "center", behavior: "smooth" });
    node?.classList.add("hit");
    setTimeout(() => node?.classList.remove("hit"), 1500);
  }

  function tools(m) {
    const task = taskOf(m);
    return el(
      "div",
      { class: "tools" },
      el("button", { type: "button", "data-reply": m.id, onclick: () => reply(m) }, icon("reply"), "回复"),
      task &&
        el(
          "button",
          {
            type: "button",
            "data-forward": task,
            title: `快进到 ${task} 的下一个提醒`,
            onclick: () => forward(task),
          },
          icon("forward"),
          "快进：下一个提醒",
        ),
    );
  }

  return { draw };
}

// held is what somebody holds of a message at this moment: how far its tables
// are scrolled, and which of its parts has the cursor.
function held(node) {
  const focus = node.contains(document.activeElement) ? document.activeElement : null;
  return {
    scrolls: [...node.querySelectorAll(".scroll")].map((box) => [box.scrollTop, box.scrollLeft]),
    name: focus?.getAttribute("name") ?? focus?.dataset.button ?? "",
    at: focus?.tagName === "TEXTAREA" || focus?.type === "text" ? focus.selectionStart : null,
  };
}

const changedAt = (m) => (typeof m.changed === "string" ? `已更新 ${timeOf(m.changed)}` : "已更新");

// taskOf is the one task that a card of the bot speaks of, if it is one.
function taskOf(m) {
  if (m.from !== "bot" || !m.card) return "";
  const text = [m.card.title, m.card.body, ...(m.card.fields ?? []).map((f) => f.value)].join("\n");
  const found = new Set(text.match(/T-\d{8}-\d{2,}(?:-\d{2,})?/g));
  return found.size === 1 ? [...found][0] : "";
}

// lost tells that a line in a group did not name the bot, so never reached it.
const lost = (m) =>
  m.from !== "bot" && chatOf(m.chat)?.kind === "group" && !(m.text ?? "").includes("@会办");

const follows = (before, m) =>
  before !== null &&
  before.from === m.from &&
  !before.to === !m.to &&
  !m.changed &&
  Date.parse(m.at) - Date.parse(before.at) < together;
