// main wires the page: it loads, subscribes the views and follows the server.

import { getMessages, getState, listen, reset } from "./api.js";
import { createPane } from "./chat.js";
import { drawClock, forward, startClock } from "./clock.js";
import { addGroup, addPerson, setAbilities, setFaults } from "./company.js";
import { createComposer } from "./composer.js";
import { ask } from "./dialog.js";
import { $ } from "./dom.js";
import { currentStep, loadGuide, refreshGuide, startGuide, unskip } from "./guide.js";
import { hidePeriod, startPeriod } from "./period.js";
import { drawLeft, drawPhone, drawTitle, startSides } from "./sides.js";
import {
  activePeople,
  changed,
  forget,
  markAllSeen,
  privateOf,
  recall,
  shownIn,
  state,
  subscribe,
  takeMessages,
  takeState,
} from "./state.js";
import { complain } from "./toast.js";

const phoneChat = () => privateOf(state.phone)?.id ?? "";

const mine = createComposer($("composer"), {
  prefix: "",
  user: () => state.who,
  chat: () => state.chat,
  sent: refreshGuide,
});
const phone = createComposer($("phone-composer"), {
  prefix: "phone-",
  user: () => state.phone,
  chat: phoneChat,
  sent: refreshGuide,
});

const panes = [
  createPane($("log"), {
    chat: () => state.chat,
    viewer: () => state.who,
    reply: (m) => mine.replyTo(m),
    forward: (task) => forward({ to: task }),
    empty: () => (state.chat ? "还没有消息。发一句「帮助」看看会办会什么。" : "先添加同事、建一个群，就能开始。"),
  }),
  createPane($("phone-log"), {
    chat: phoneChat,
    viewer: () => state.phone,
    reply: (m) => phone.replyTo(m),
    forward: (task) => forward({ to: task }),
    empty: () => (state.phone ? "会办还没找过这位同事。" : "再添一位同事，这里就是对方的手机。"),
  }),
];

subscribe(drawClock);
for (const pane of panes) subscribe(pane.draw);
subscribe(drawLeft);
subscribe(drawTitle);
subscribe(drawPhone);
subscribe(mine.draw);
subscribe(phone.draw);

// load fetches everything; kept is what this tab remembers of its last visit.
async function load(kept) {
  const [people, { messages }] = await Promise.all([getState(), getMessages(0), loadGuide()]);
  forget();
  takeState(people);
  takeMessages(messages);
  if (!kept()) {
    const step = currentStep();
    if (step?.user) state.who = step.user;
    if (step?.chat) state.chat = step.chat;
    state.phone = lastSpokenTo() || state.phone;
    markAllSeen();
  }
  changed();
}

// lastSpokenTo is the other person whom the bot wrote to last, whose phone is
// the one worth seeing first.
function lastSpokenTo() {
  const others = activePeople().filter((p) => p.id !== state.who);
  const last = (p) => Math.max(0, ...shownIn(privateOf(p.id)?.id, p.id).map((m) => m.seq));
  return others.sort((a, b) => last(b) - last(a))[0]?.id;
}

// catchUp fetches what was missed before a connection stood. A clock that
// stands earlier than the one shown means other data: then everything is read.
async function catchUp() {
  const people = await getState();
  if (Date.parse(people.now) < Date.parse(state.now)) return load(() => false);
  takeState(people);
  takeMessages((await getMessages(state.seq)).messages);
  refreshGuide();
}

async function onMessage(message) {
  if (takeMessages([message])) takeState(await getState());
  refreshGuide();
}

function follow() {
  const online = (yes) => {
    state.online = yes;
    changed();
  };
  listen({
    onMessage: (m) => onMessage(m).catch(complain),
    onClock({ now }) {
      state.now = now;
      changed();
      refreshGuide();
    },
    onReset: () => load(() => false).catch(complain),
    onBreak: () => online(false),
    onOpen() {
      online(true);
      catchUp().catch(complain);
    },
  });
}

async function startAgain(empty, question) {
  if (!(await ask(question))) return;
  try {
    await reset(empty);
    unskip();
    hidePeriod();
    await load(() => false);
  } catch (err) {
    complain(err);
  }
}

const again = () => startAgain(false, "重来会清掉这里的一切，换上新的示例，确定吗？");

const startEmpty = () => startAgain(true, "清空示例，自己开一次会：同事、群和任务都会清掉，确定吗？");

function startMenu() {
  const menu = $("more");
  const item = (id, act) =>
    $(id).addEventListener("click", () => {
      menu.open = false;
      act();
    });
  item("add-person", addPerson);
  item("add-group", addGroup);
  item("set-faults", setFaults);
  item("set-abilities", setAbilities);
  item("again", again);
  item("empty", startEmpty);
  document.addEventListener("click", (e) => {
    if (!menu.contains(e.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (e) => {
    if (e.key === "Escape") menu.open = false;
  });
  $("no-people").addEventListener("click", addPerson);
}

startSides();
startClock();
startPeriod();
startMenu();
startGuide({ mine, phone }, again, [["清空示例，自己开一次会", startEmpty]]);
document.addEventListener("visibilitychange", changed);
load(recall).catch(complain).finally(follow);
