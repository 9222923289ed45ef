// clock shows the standing clock and moves it.

import { Refused, moveClock } from "./api.js";
import { fillIn } from "./dialog.js";
import { $ } from "./dom.js";
import { clockOf, dateOf, instantOf } from "./moment.js";
import { showPeriod } from "./period.js";
import { changed, state, takeMessages } from "./state.js";
import { complain } from "./toast.js";

const hour = "1h";
let minutes = "24"; // what was asked for last

export function startClock() {
  const button = $("ff");
  const menu = $("ff-menu");
  const toggle = (shown) => {
    menu.hidden = !shown;
    button.setAttribute("aria-expanded", String(shown));
    if (shown) menu.querySelector("button").focus();
  };
  button.addEventListener("click", () => toggle(menu.hidden));
  document.addEventListener("click", (e) => {
    if (!menu.hidden && !$("fast").contains(e.target)) toggle(false);
  });
  $("fast").addEventListener("focusout", (e) => {
    if (!menu.hidden && e.relatedTarget && !$("fast").contains(e.relatedTarget)) toggle(false);
  });
  $("fast").addEventListener("keydown", (e) => walk(e, menu, toggle));
  const item = (id, act) =>
    $(id).addEventListener("click", () => {
      toggle(false);
      act();
    });
  item("ff-hour", () => forward({ advance: hour }));
  item("ff-next", () => forward({ to: "next" }));
  item("ff-minutes", chooseMinutes);
  item("ff-feedback", () => forward({ to: "feedback" }));
  item("ff-workday", () => forward({ to: "workday" }));
  item("ff-set", choose);
}

// walk moves through a menu by the arrow keys.
function walk(e, menu, toggle) {
  if (menu.hidden) return;
  if (e.key === "Escape") {
    toggle(false);
    $("ff").focus();
  }
  if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
  e.preventDefault();
  const items = [...menu.querySelectorAll("button")];
  const step = e.key === "ArrowDown" ? 1 : items.length - 1;
  items[(items.indexOf(document.activeElement) + step) % items.length].focus();
}

function chooseMinutes() {
  fillIn({
    title: "快进几分钟？",
    inputs: [{ name: "minutes", label: "分钟", kind: "number", required: true, value: [minutes] }],
    yes: "快进",
    async save(form) {
      const wanted = Number(form.minutes[0]);
      if (!(wanted > 0)) throw new Refused("时钟只能往后拨，请写一个大于 0 的数。");
      minutes = form.minutes[0];
      await move({ advance: `${wanted}m` });
    },
  });
}

function choose() {
  const tomorrow = new Date(Date.parse(state.now) + 24 * 3600 * 1000).toISOString();
  fillIn({
    title: "快进到哪一刻？",
    hint: "路上到期的提醒都会照样发出。",
    inputs: [{ name: "at", label: "日期和时间", kind: "datetime", required: true, value: [`${dateOf(tomorrow)} 09:00`] }],
    yes: "快进",
    save: ({ at }) => move({ set: instantOf(at[0]) }),
  });
}

// forward moves the clock and opens what happened on the way.
export async function forward(how) {
  try {
    await move(how);
  } catch (err) {
    complain(err);
  }
}

async function move(how) {
  const from = state.now;
  const button = $("ff");
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    const { now, messages, held } = await moveClock(how);
    state.now = now;
    takeMessages(messages);
    changed();
    showPeriod({ from, now, messages: messages ?? [], held: held ?? [] });
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

export function drawClock() {
  if (!state.now) return;
  $("now").textContent = clockOf(state.now);
  $("now").setAttribute("datetime", state.now);
  $("offline").hidden = state.online;
}
