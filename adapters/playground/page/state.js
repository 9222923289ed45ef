// state is what the page knows: the server's people, chats and messages, and
// the three choices made here (who, which chat, whose phone). It asks nobody
// and draws nothing; views subscribe and read.

const kept = "huiban-playground";
const order = new Intl.Collator("en", { numeric: true });

export const state = {
  now: "",
  people: new Map(),
  chats: [],
  messages: new Map(),
  seq: 0, // the highest seen, where a refetch begins
  roster: 0, // grows when people or chats change, so that names are drawn anew
  who: "",
  chat: "",
  phone: "",
  online: true,
};

let seen = {}; // "person|chat" -> the highest first seq that was on the screen
let firstSeq = new Map(); // message id -> the seq it was first known by
let known = ""; // the roster as it came
let views = [];
let due = false;

export const subscribe = (draw) => views.push(draw);

// changed draws every view once, however many changes come together.
export function changed() {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    repair();
    for (const draw of views) draw();
    keep();
  });
}

// forget drops all messages, before everything is fetched anew.
export function forget() {
  state.messages = new Map();
  firstSeq = new Map();
  state.seq = 0;
  seen = {};
}

// takeState takes an answer of GET /api/state. Only a new roster has names and
// so messages drawn anew.
export function takeState({ now, people, chats }) {
  state.now = now;
  const stamp = JSON.stringify([people, chats]);
  if (stamp !== known) {
    known = stamp;
    state.people = new Map(people.map((p) => [p.id, p]));
    state.chats = chats;
    state.roster += 1;
  }
  changed();
}

// takeMessages takes new and changed messages; older versions are ignored.
// It answers whether one of them speaks of a chat or person not known yet.
export function takeMessages(messages) {
  let strange = false;
  for (const m of messages ?? []) {
    const old = state.messages.get(m.id);
    if (old && old.seq >= m.seq) continue;
    if (!old) firstSeq.set(m.id, m.seq);
    state.messages.set(m.id, m);
    state.seq = Math.max(state.seq, m.seq);
    if (!chatOf(m.chat) || (m.from !== "bot" && !state.people.has(m.from))) strange = true;
  }
  changed();
  return strange;
}

export const chatOf = (id) => state.chats.find((c) => c.id === id);
export const privateOf = (person) =>
  state.chats.find((c) => c.kind === "p2p" && c.members.includes(person));
export const groupsOf = (person) =>
  state.chats.filter((c) => c.kind === "group" && c.members.includes(person));
export const activePeople = () => [...state.people.values()].filter((p) => p.active !== false);

export function nameOf(person) {
  if (person === "bot") return "会办";
  return state.people.get(person)?.name ?? person;
}

// labelOf tells people of one surname apart: 王静（质量部）.
export function labelOf(person) {
  const p = state.people.get(person);
  return p?.department ? `${p.name}（${p.department}）` : nameOf(person);
}

// shownIn lists what viewer sees in chat, in the order it was first said.
export function shownIn(chat, viewer) {
  const list = [...state.messages.values()].filter(
    (m) => m.chat === chat && (!m.to || m.to === viewer),
  );
  return list.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || order.compare(a.id, b.id));
}

export function unreadIn(chat, person) {
  const mark = seen[`${person}|${chat}`] ?? 0;
  return shownIn(chat, person).filter((m) => m.from !== person && firstSeq.get(m.id) > mark).length;
}

// markSeen notes that person has chat on the screen.
export function markSeen(chat, person) {
  const key = `${person}|${chat}`;
  for (const m of shownIn(chat, person)) {
    seen[key] = Math.max(seen[key] ?? 0, firstSeq.get(m.id));
  }
}

// markAllSeen is for the first visit: the sample's history is not news.
export function markAllSeen() {
  for (const c of state.chats) for (const p of c.members) markSeen(c.id, p);
}

// become looks at the chats as another person; whose phone lay there takes the
// place left, so both are never the same.
export function become(person) {
  if (state.phone === person) state.phone = state.who;
  state.who = person;
  changed();
}

// open shows a chat of the person chosen on the left.
export function open(chat) {
  state.chat = chat;
  changed();
}

// takePhone shows another person's private chat on the right.
export function takePhone(person) {
  if (person !== state.who) state.phone = person;
  changed();
}

// repair keeps the three choices possible after people or chats went.
function repair() {
  const people = activePeople();
  if (!state.people.has(state.who)) state.who = people[0]?.id ?? "";
  if (!state.people.has(state.phone) || state.phone === state.who) {
    state.phone = people.find((p) => p.id !== state.who)?.id ?? "";
  }
  const chat = chatOf(state.chat);
  if (!chat || !chat.members.includes(state.who)) {
    state.chat = (groupsOf(state.who)[0] ?? privateOf(state.who))?.id ?? "";
  }
}

function keep() {
  const { who, chat, phone } = state;
  sessionStorage.setItem(kept, JSON.stringify({ who, chat, phone, seen }));
}

// recall takes up where this tab stood before a reload; it answers whether
// there was anything. Marks beyond the newest message are of older data.
export function recall() {
  const old = JSON.parse(sessionStorage.getItem(kept) ?? "null");
  if (!old) return false;
  Object.assign(state, { who: old.who, chat: old.chat, phone: old.phone });
  for (const [key, mark] of Object.entries(old.seen)) {
    seen[key] = Math.min(mark, state.seq);
  }
  return true;
}
