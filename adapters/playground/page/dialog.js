// dialog asks before something is done, and lets a small form be filled in.

import { el } from "./dom.js";
import { createForm } from "./form.js";
import { Refused } from "./api.js";

// present shows a modal dialog and answers what close was called with; Escape
// and 取消 answer null.
function present(id, title, build) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const dialog = el("dialog", { id, "aria-labelledby": `${id}-title` });
    const close = (value) => {
      dialog.remove();
      before?.focus?.();
      resolve(value);
    };
    dialog.append(el("h2", { id: `${id}-title` }, title), ...build(close));
    dialog.addEventListener("cancel", () => close(null));
    document.body.append(dialog);
    dialog.showModal();
  });
}

const cancel = (close) =>
  el("button", { type: "button", id: "dialog-no", class: "quiet", onclick: () => close(null) }, "取消");

// ask puts a question and answers true or false.
export async function ask(question, yes = "确定") {
  const answer = await present("ask", question, (close) => [
    el(
      "div",
      { class: "row end" },
      cancel(close),
      el(
        "button",
        { type: "button", id: "dialog-yes", class: "primary", autofocus: true, onclick: () => close(true) },
        yes,
      ),
    ),
  ]);
  return answer === true;
}

// tell shows lines to be read, with what can be done next: pairs of a label and
// an act.
export async function tell(title, lines, next = []) {
  const act = await present("told", title, (close) => [
    el("ol", { class: "told" }, lines.map((line) => el("li", {}, line))),
    el(
      "div",
      { class: "row end" },
      next.map(([label, then]) => el("button", { type: "button", class: "quiet", onclick: () => close(then) }, label)),
      el("button", { type: "button", id: "dialog-yes", class: "primary", autofocus: true, onclick: () => close(null) }, "知道了"),
    ),
  ]);
  act?.();
}

// sure makes a button's confirm text the question it stands for.
export const sure = (text) => ask(/[？?]\s*$/u.test(text) ? text : `${text.replace(/[。，]$/u, "")}，确定吗？`);

// fillIn shows inputs (as a card's) and calls save with their values; while
// save refuses, the dialog stays and says why. It answers what save answered.
export function fillIn({ title, hint, inputs, yes = "保存", save }) {
  const form = createForm(inputs);
  return present("fill", title, (close) => {
    const wrong = el("p", { class: "wrong", role: "alert", hidden: true });
    const submit = async (e) => {
      e.preventDefault();
      if (!form.check()) return;
      go.disabled = true;
      try {
        close(await save(form.values()));
      } catch (err) {
        if (!(err instanceof Refused)) throw err;
        wrong.textContent = err.message;
        wrong.hidden = false;
      } finally {
        go.disabled = false;
      }
    };
    const go = el("button", { type: "submit", id: "dialog-yes", class: "primary" }, yes);
    return [
      hint ? el("p", { class: "hint" }, hint) : "",
      el(
        "form",
        { novalidate: true, onsubmit: submit },
        form.node,
        wrong,
        el("div", { class: "row end" }, cancel(close), go),
      ),
    ];
  });
}
