// picker chooses people: a box to type part of a name in, a list that narrows,
// and behind it a <select> that holds what is chosen, so that scripts and tests
// read and set it like any other select.

import { el } from "./dom.js";

export function createPicker(input, values, id, several) {
  const options = input.options ?? [];
  const labelOf = (value) => options.find((o) => o.value === value)?.label ?? "";
  const select = el(
    "select",
    { name: input.name, class: "behind", tabindex: "-1", "aria-hidden": "true", multiple: several },
    several ? null : el("option", { value: "" }),
    options.map((o) => el("option", { value: o.value }, o.label)),
  );
  const chips = el("span", { class: "chips" });
  const box = el("input", {
    type: "text",
    id,
    role: "combobox",
    autocomplete: "off",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    "aria-controls": `${id}-list`,
    "data-pick": input.name,
  });
  const list = el("ul", {
    role: "listbox",
    id: `${id}-list`,
    "data-pick-list": input.name,
    "aria-label": input.label,
    hidden: true,
  });

  const chosen = () => [...select.selectedOptions].map((o) => o.value).filter((v) => v !== "");
  const put = (wanted) => {
    for (const o of select.options) o.selected = wanted.includes(o.value);
    if (!several && wanted.length === 0) select.value = "";
  };
  const choose = (wanted) => {
    put(wanted);
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // show makes the box and the chips say what the select holds.
  function show() {
    const now = chosen();
    box.placeholder = several && now.length ? "再添一位" : "输入姓名查找";
    if (!several) {
      box.value = labelOf(now[0]);
      return;
    }
    box.value = "";
    chips.replaceChildren(
      ...now.map((value) =>
        el(
          "span",
          { class: "chip" },
          labelOf(value),
          el(
            "button",
            {
              type: "button",
              "aria-label": `去掉${labelOf(value)}`,
              onclick: () => choose(now.filter((v) => v !== value)),
            },
            "×",
          ),
        ),
      ),
    );
  }

  let at = 0;
  const matching = () => {
    const text = box.value.trim();
    const fresh = options.filter((o) => !several || !chosen().includes(o.value));
    return text === "" || text === labelOf(chosen()[0]) ? fresh : fresh.filter((o) => o.label.includes(text));
  };

  function openList() {
    const found = matching();
    at = Math.min(at, Math.max(found.length - 1, 0));
    list.replaceChildren(
      ...found.map((o, i) =>
        el(
          "li",
          {
            role: "option",
            id: `${id}-${o.value}`,
            "data-value": o.value,
            "aria-selected": String(i === at),
            onmousedown: (e) => e.preventDefault(),
            onclick: () => pick(o.value),
          },
          o.label,
        ),
      ),
    );
    if (found.length === 0) list.append(el("li", { class: "none" }, "没有这个人"));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    if (found[at]) box.setAttribute("aria-activedescendant", `${id}-${found[at].value}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function closeList() {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function pick(value) {
    choose(several ? [...chosen(), value] : [value]);
    closeList();
  }

  // leave takes a name that was typed out; anything else typed is dropped.
  function leave() {
    const text = box.value.trim();
    const found = text === "" ? [] : matching();
    if (!several && text === "") choose([]);
    else if (found.length === 1 && text !== labelOf(chosen()[0])) pick(found[0].value);
    show();
    closeList();
  }

  function key(e) {
    if (e.isComposing) return;
    const open = !list.hidden;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      const found = matching().length;
      if (open && found) at = (at + (e.key === "ArrowDown" ? 1 : found - 1)) % found;
      openList();
    } else if (e.key === "Enter" && open) {
      e.preventDefault();
      const found = matching()[at];
      if (found) pick(found.value);
    } else if (e.key === "Escape" && open) {
      e.preventDefault();
      e.stopPropagation();
      closeList();
    } else if (e.key === "Backspace" && several && box.value === "") {
      choose(chosen().slice(0, -1));
    }
  }

  box.addEventListener("focus", () => box.select());
  box.addEventListener("click", openList);
  box.addEventListener("input", () => {
    at = 0;
    openList();
  });
  box.addEventListener("keydown", key);
  box.addEventListener("blur", leave);
  select.addEventListener("change", show);
  put(values);
  show();
  return { node: el("div", { class: "picker" }, chips, box, select, list), values: chosen };
}
