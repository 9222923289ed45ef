// mention offers names while somebody types @ in a group.

import { el } from "./dom.js";
import { chatOf, state } from "./state.js";

// offerNames watches box; chat answers which chat it writes to.
export function offerNames(box, chat) {
  const list = el("ul", { class: "names", role: "listbox", "aria-label": "提到谁", hidden: true });
  let found = [];
  let at = 0;

  // started is the @ and what follows it, just before the caret.
  const started = () => /@([^\s@]{0,6})$/u.exec(box.value.slice(0, box.selectionStart));

  function look() {
    const hit = chatOf(chat())?.kind === "group" ? started() : null;
    const members = hit ? chatOf(chat()).members.map((id) => state.people.get(id)) : [];
    found = members.filter((p) => p && p.name.includes(hit[1]) && p.name !== hit[1]).slice(0, 8);
    at = 0;
    draw();
  }

  function draw() {
    list.hidden = found.length === 0;
    list.replaceChildren(
      ...found.map((p, i) =>
        el(
          "li",
          {
            role: "option",
            "data-value": p.id,
            "aria-selected": String(i === at),
            onmousedown: (e) => e.preventDefault(),
            onclick: () => take(p),
          },
          p.name,
          el("span", {}, [p.department, p.title].filter(Boolean).join(" · ")),
        ),
      ),
    );
  }

  function take(person) {
    const caret = box.selectionStart;
    const from = caret - started()[0].length;
    box.setRangeText(`@${person.name} `, from, caret, "end");
    close();
  }

  function close() {
    found = [];
    draw();
  }

  // While the list is open these keys belong to it; the composer sees that the
  // event is spent. This listener is on the way down, so it is asked first.
  box.addEventListener(
    "keydown",
    (e) => {
      if (list.hidden || e.isComposing) return;
      if (e.key === "ArrowDown" || e.key === "ArrowUp") {
        at = (at + (e.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
        draw();
      } else if (e.key === "Enter" || e.key === "Tab") take(found[at]);
      else if (e.key === "Escape") close();
      else return;
      e.preventDefault();
    },
    { capture: true },
  );
  box.addEventListener("input", look);
  box.addEventListener("blur", close);
  box.after(list);
}
