// guide is one bar that says what to do next and why. The server knows by its
// state which steps are done; the page only helps to type.

import { getGuide } from "./api.js";
import { forward } from "./clock.js";
import { tell } from "./dialog.js";
import { $, el, icon } from "./dom.js";
import { become, chatOf, open, privateOf, state, takePhone } from "./state.js";

const skipped = "huiban-guide-skipped";
const pause = 150; // ms; several events of one deed ask once

let guide = null;
let timer = 0;
let boxes = null; // {mine, phone}: the two composers
let asked = 0;
let next = []; // what can be done after the last step: pairs of a label and an act
let none = false; // there is no guide here; asked again only when data begin anew

export function startGuide(composers, again, after) {
  boxes = composers;
  next = after;
  $("guide-type").addEventListener("click", () => (currentStep() ? typeForMe() : tellSeen()));
  $("guide-skip").addEventListener("click", () => skip(true));
  $("guide-again").addEventListener("click", again);
  $("guide-show").addEventListener("click", () => skip(false));
}

function skip(yes) {
  sessionStorage.setItem(skipped, yes ? "1" : "");
  draw();
}

// unskip brings the bar back, after the data began anew.
export const unskip = () => sessionStorage.removeItem(skipped);

// loadGuide fetches now; refreshGuide soon. An answer that was overtaken by a
// later question is dropped.
export async function loadGuide() {
  const mine = (asked += 1);
  const answer = await getGuide().catch(() => guide);
  if (mine !== asked) return;
  const before = guide && currentStep();
  guide = answer?.steps?.length ? answer : null;
  none = answer === null;
  draw();
  if (before && guide?.seen && !currentStep() && !$("guide").hidden) tellSeen();
}

export function refreshGuide() {
  if (none) return;
  clearTimeout(timer);
  timer = setTimeout(loadGuide, pause);
}

// currentStep is the step by id, or by number counted from 0; null at the end.
export function currentStep() {
  if (!guide) return null;
  const { steps, current } = guide;
  return steps.find((s) => s.id === current) ?? (Number.isInteger(current) ? (steps[current] ?? null) : null);
}

function draw() {
  const hidden = sessionStorage.getItem(skipped) === "1";
  $("guide").hidden = !guide || hidden;
  $("guide-show").hidden = !guide || !hidden;
  if (!guide) return;
  const step = currentStep();
  const number = step ? guide.steps.indexOf(step) + 1 : guide.steps.length;
  $("guide").dataset.step = step?.id ?? "";
  $("guide-count").textContent = `${number}/${guide.steps.length}`;
  $("guide-do").textContent = step ? step.do : (guide.end ?? "走完了：从交办到验收，会办都跟着。");
  $("guide-why").textContent = step ? step.why : "可以随便试，或〔重来〕。";
  $("guide-dots").replaceChildren(
    ...guide.steps.map((s) => el("i", { class: s.done ? "done" : s === step ? "now" : "" })),
  );
  drawJumps(step?.jump ?? []);
  $("guide-type").hidden = step ? !step.input && !step.chat : !guide.seen;
  $("guide-type").textContent = !step ? "您刚才看到的" : step.input ? "替我输入" : "带我去";
}

// tellSeen sums up, once when the last step is done and whenever asked.
function tellSeen() {
  if (document.querySelector("dialog[open]")) return;
  tell("您刚才看到的", guide.seen, next);
}

// drawJumps shows the step's moves of the clock; those already there stay, so
// that one can be pressed several times.
function drawJumps(jumps) {
  const box = $("guide-jumps");
  const stamp = JSON.stringify(jumps);
  if (box.dataset.stamp === stamp) return;
  box.dataset.stamp = stamp;
  box.replaceChildren(
    ...jumps.map(({ label, to, advance }) =>
      el(
        "button",
        { type: "button", class: "quiet small", "data-jump": to ?? advance, onclick: (e) => jump(e.currentTarget, { to, advance }) },
        icon("forward"),
        label,
      ),
    ),
  );
}

async function jump(button, how) {
  button.disabled = true;
  try {
    await forward(how);
  } finally {
    button.disabled = false;
    button.focus();
  }
}

// typeForMe goes where the step happens and puts its words into the box there:
// another person's private chat is their phone on the right.
function typeForMe() {
  const step = currentStep();
  if (!step) return;
  const chat = step.chat || privateOf(step.user)?.id;
  const other = step.user && step.user !== state.who;
  if (other && chatOf(chat)?.kind === "p2p") {
    takePhone(step.user);
    if (step.input) boxes.phone.fill(step.input);
    document.body.classList.add("phone-open");
    return;
  }
  if (other) become(step.user);
  if (chat) open(chat);
  if (step.input) boxes.mine.fill(step.input);
}
