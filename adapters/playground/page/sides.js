// sides draws what stands left and right of the chat: who I am with my chats,
// and the choice of whose phone lies on the right.

import { $, avatar, el, settle } from "./dom.js";
import { shortOf } from "./moment.js";
import {
  activePeople,
  become,
  chatOf,
  groupsOf,
  labelOf,
  open,
  privateOf,
  shownIn,
  state,
  takePhone,
  unreadIn,
} from "./state.js";
import { firstLine } from "./words.js";

const many = 4; // people with news named on the right; the rest is a number

export function startSides() {
  $("who").addEventListener("change", (e) => become(e.target.value));
  $("phone-who").addEventListener("change", (e) => takePhone(e.target.value));
  $("phone-prev").addEventListener("click", () => nextPhone(-1));
  $("phone-next").addEventListener("click", () => nextPhone(1));
  document.addEventListener("keydown", (e) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[e.key];
    if (!step || !e.altKey || e.ctrlKey || e.metaKey || e.target.tagName === "SELECT" || document.querySelector("dialog[open]")) return;
    e.preventDefault();
    nextPhone(step);
  });
  const drawer = (open) => {
    document.body.classList.toggle("phone-open", open);
    $("phone-toggle").setAttribute("aria-expanded", String(open));
  };
  $("phone-toggle").addEventListener("click", () => drawer(!document.body.classList.contains("phone-open")));
  $("phone").addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !document.body.classList.contains("phone-open") || e.defaultPrevented) return;
    drawer(false);
    $("phone-toggle").focus();
  });
}

const owners = () => activePeople().filter((p) => p.id !== state.who);

// nextPhone goes through the others' phones in their order, round and round.
function nextPhone(step) {
  const others = owners();
  if (others.length === 0) return;
  const at = others.findIndex((p) => p.id === state.phone);
  takePhone(others[(at + step + others.length) % others.length].id);
}

export function drawLeft() {
  const me = state.people.get(state.who);
  fillSelect($("who"), activePeople(), state.who, (p) => labelOf(p.id));
  $("me").replaceChildren(me ? avatar(me.id, me.name) : "");
  $("me-title").textContent = [me?.department, me?.title].filter(Boolean).join(" · ");
  const list = [privateOf(state.who), ...groupsOf(state.who)].filter(Boolean);
  settle($("chats"), list.map(chatItem));
  $("no-people").hidden = state.people.size > 0;
}

// fillSelect leaves an open list alone when nothing in it changed.
function fillSelect(select, people, value, label) {
  const stamp = people.map((p) => p.id + label(p)).join("|");
  if (select.dataset.stamp !== stamp) {
    select.dataset.stamp = stamp;
    select.replaceChildren(...people.map((p) => el("option", { value: p.id }, label(p))));
  }
  select.value = value;
}

const items = new Map(); // chat id -> {node, stamp}

function chatItem(chat) {
  const last = shownIn(chat.id, state.who).at(-1);
  const current = chat.id === state.chat;
  const unread = current ? 0 : unreadIn(chat.id, state.who);
  const stamp = [state.who, state.roster, state.now, last?.id, last?.seq, current, unread].join("|");
  const old = items.get(chat.id);
  if (old?.stamp === stamp) return old.node;
  const node = el("li", {}, chatButton(chat, last, current, unread));
  items.set(chat.id, { node, stamp });
  if (old?.node.contains(document.activeElement)) queueMicrotask(() => node.firstChild.focus());
  return node;
}

function chatButton(chat, last, current, unread) {
  const direct = chat.kind === "p2p";
  return el(
    "button",
    {
      type: "button",
      "data-chat": chat.id,
      class: current ? "chat current" : "chat",
      "aria-current": current ? "true" : null,
      onclick: () => open(chat.id),
    },
    direct ? avatar("bot", "会办") : avatar(chat.id, chat.name, true),
    el(
      "span",
      { class: "about" },
      el(
        "span",
        { class: "top" },
        el("span", { class: "name" }, direct ? "会办" : chat.name),
        direct && el("span", { class: "tag" }, "机器人"),
        last && el("time", {}, shortOf(last.at, state.now)),
      ),
      el("span", { class: "last" }, last ? firstLine(last) : direct ? "和会办的私聊" : `${chat.members.length}人`),
    ),
    unread > 0 && el("span", { class: "dot", "aria-label": `${unread}条未读` }, unread > 99 ? "99+" : unread),
  );
}

export function drawTitle() {
  const chat = chatOf(state.chat);
  const direct = chat?.kind === "p2p";
  $("chat-title").textContent = !chat ? "还没有会话" : direct ? "会办" : chat.name;
  $("chat-about").textContent = !chat ? "" : direct ? "私聊，只有您看得到" : `${chat.members.length}人`;
  const names = direct || !chat ? "" : chat.members.map(labelOf).join("、");
  $("chat-about").title = names;
}

// drawPhone names on top who else got something, so that one need not search.
export function drawPhone() {
  const others = owners();
  $("phone").setAttribute("aria-label", state.phone ? `${labelOf(state.phone)}的手机` : "对方的手机");
  for (const id of ["phone-prev", "phone-next"]) $(id).disabled = others.length < 2;
  fillSelect($("phone-who"), others, state.phone, (p) => labelOf(p.id));
  const news = others
    .filter((p) => p.id !== state.phone)
    .map((p) => ({ p, count: unreadIn(privateOf(p.id)?.id, p.id) }))
    .filter((n) => n.count > 0);
  const chips = news.slice(0, many).map(({ p, count }) =>
    el(
      "button",
      { type: "button", class: "news", "data-person": p.id, onclick: () => takePhone(p.id) },
      p.name,
      el("span", { class: "dot", "aria-label": `${count}条未读` }, count),
    ),
  );
  if (news.length > many) chips.push(el("span", { class: "hint" }, `还有${news.length - many}人`));
  $("phone-others").replaceChildren(...(chips.length ? [el("span", { class: "hint" }, "有新消息："), ...chips] : []));
}
