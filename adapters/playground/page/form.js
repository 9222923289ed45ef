// form draws a card's inputs, reads them and checks what is required. Values
// are lists of strings as shown to people: 2026-08-12 14:00.

import { upload } from "./api.js";
import { el, icon } from "./dom.js";
import { clockOf, dayOf, instantOf } from "./moment.js";
import { createPicker } from "./picker.js";

let count = 0;

// createForm draws inputs; drafts (name -> values) override what they come
// with, so that a card that changes under somebody's hands keeps what was typed.
export function createForm(inputs, drafts = new Map()) {
  const fields = inputs.map((input) => createField(input, drafts.get(input.name) ?? input.value ?? []));
  return {
    node: el("div", { class: "form" }, fields.map((f) => f.node)),
    values: () => Object.fromEntries(fields.map((f) => [f.input.name, f.values()])),
    drafts: () =>
      new Map(fields.filter((f) => f.node.dataset.dirty).map((f) => [f.input.name, f.values()])),
    // release gives up the drafts, which are sent; the answer keeps them after all.
    release() {
      const dirty = fields.filter((f) => f.node.dataset.dirty);
      for (const f of dirty) delete f.node.dataset.dirty;
      return () => dirty.forEach((f) => (f.node.dataset.dirty = "1"));
    },
    // check marks every field that is wrong and answers whether all are right.
    check() {
      const wrong = fields.filter((f) => !f.check());
      wrong[0]?.focus();
      return wrong.length === 0;
    },
  };
}

function createField(input, values) {
  const id = `f${(count += 1)}`;
  const control = (controls[input.kind] ?? controls.text)(input, values, id);
  const error = el("p", { class: "wrong", id: `${id}-wrong`, role: "alert", hidden: true });
  const label = input.kind === "check" ? null : el("label", { for: id }, input.label, star(input));
  const node = el("div", { class: `field ${input.kind}` }, label, control.node, error);
  const say = (sentence) => {
    error.textContent = sentence;
    error.hidden = sentence === "";
    node.classList.toggle("invalid", sentence !== "");
  };
  const touched = () => {
    node.dataset.dirty = "1";
    say("");
  };
  node.addEventListener("input", touched);
  node.addEventListener("change", touched);
  return {
    input,
    node,
    values: control.values,
    focus: () => node.querySelector("input:not([hidden]),textarea,select:not([hidden])")?.focus(),
    check() {
      say(control.problem?.() || missing(input, control.values()));
      return error.hidden;
    },
  };
}

const star = (input) => input.required && el("span", { class: "required", "aria-label": "必填" }, "*");

const chosen = new Set(["select", "multi", "person", "people", "date", "time", "datetime"]);

// missing is the sentence for a required field left empty.
function missing(input, values) {
  if (!input.required || values.some((v) => v.trim() !== "")) return "";
  if (input.kind === "file") return `请先选好「${input.label}」要交的文件。`;
  if (input.kind === "check") return `请先勾选「${input.label}」。`;
  return chosen.has(input.kind) ? `请选择「${input.label}」。` : `请填写「${input.label}」。`;
}

const filled = (value) => (value === "" ? [] : [value]);

// typed is an <input> whose value is shaped on the way in and out. A date half
// filled in reads as empty, so the browser's own verdict is asked.
// read, where given, says the value in words below: browsers show dates in the
// order of their own language, and none shows the day of the week.
function typed(type, { into = (v) => v, out = (v) => v, props = {}, read } = {}) {
  return (input, values, id) => {
    const box = el("input", { type, id, name: input.name, autocomplete: "off", ...props });
    box.value = into(values[0] ?? "");
    const reading = el("p", { class: "hint" });
    const say = () => (reading.textContent = box.value ? read(box.value) : "");
    if (read) {
      box.addEventListener("input", say);
      say();
    }
    return {
      node: read ? el("div", {}, box, reading) : box,
      values: () => filled(out(box.value.trim())),
      problem: () => (box.validity.badInput ? `「${input.label}」没有填完整，请补全。` : ""),
    };
  };
}

function lines(input, values, id) {
  const node = el("textarea", { id, name: input.name, rows: 3 });
  node.value = values.join("\n");
  return { node, values: () => filled(node.value.trim()) };
}

function select(input, values, id) {
  const options = (input.options ?? []).map((o) => el("option", { value: o.value }, o.label));
  const node = el("select", { id, name: input.name }, el("option", { value: "" }, "请选择"), options);
  node.value = values[0] ?? "";
  if (node.selectedIndex < 0) node.value = "";
  return { node, values: () => filled(node.value) };
}

function multi(input, values, id) {
  const boxes = (input.options ?? []).map((o, i) => {
    const box = el("input", { type: "checkbox", name: input.name, value: o.value, id: i ? null : id });
    box.checked = values.includes(o.value);
    return { box, node: el("label", { class: "choice" }, box, o.label) };
  });
  return {
    node: el("div", { class: "choices", role: "group", "aria-label": input.label }, boxes.map((b) => b.node)),
    values: () => boxes.filter((b) => b.box.checked).map((b) => b.box.value),
  };
}

// check posts its only option's value, or "true"; unchecked it posts nothing.
function check(input, values, id) {
  const option = input.options?.[0];
  const node = el("input", { type: "checkbox", id, name: input.name });
  const text = el("span", {}, input.label, star(input));
  node.checked = values.some((v) => v !== "" && v !== "false");
  return {
    node: el("label", { class: "choice" }, node, text),
    values: () => (node.checked ? [option?.value ?? "true"] : []),
  };
}

// file uploads at once and posts ids; a new choice replaces the one before.
function file(input, values, id) {
  let ids = [...values];
  let state = "";
  const pick = el("input", { type: "file", id, name: input.name, multiple: true, class: "behind", tabindex: "-1" });
  const button = el("button", { type: "button", class: "quiet small", onclick: () => pick.click() }, icon("clip"), "选择文件");
  const note = el("p", { class: "hint", role: "status" });
  const tell = (text) => (note.textContent = text);
  if (ids.length > 0) tell(`已附 ${ids.length} 个文件`);
  pick.addEventListener("change", async () => {
    const files = [...pick.files];
    ids = [];
    state = "文件还在上传，请稍等一下再提交。";
    tell("正在上传…");
    try {
      ids = await Promise.all(files.map(upload));
      state = "";
      tell(files.length ? `已上传：${files.map((f) => f.name).join("、")}` : "");
    } catch (err) {
      state = err.message;
      tell("");
      pick.value = "";
    }
    if (state) tell(state);
  });
  return { node: el("div", { class: "upload" }, button, pick, note), values: () => ids, problem: () => state };
}

const datetime = {
  into: (v) => v.replace(" ", "T"),
  out: (v) => v.replace("T", " "),
  read: (v) => clockOf(instantOf(v)),
};
const date = { read: (v) => dayOf(instantOf(`${v} 00:00`)) };

const controls = {
  text: typed("text"),
  number: typed("number", { props: { inputmode: "decimal", step: "any" } }),
  date: typed("date", date),
  time: typed("time"),
  datetime: typed("datetime-local", datetime),
  lines,
  select,
  multi,
  check,
  file,
  person: (input, values, id) => createPicker(input, values, id, false),
  people: (input, values, id) => createPicker(input, values, id, true),
};
