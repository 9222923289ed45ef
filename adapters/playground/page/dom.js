// dom builds nodes. Text only ever becomes a text node, so what people type is
// shown as typed: there is no markup to escape and none to forget.

const svgSpace = "http://www.w3.org/2000/svg";

// el makes an element. Props starting with "on" are listeners, booleans set or
// leave out the attribute, everything else is an attribute; children may be
// nodes, strings, lists of them, or null.
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(2).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

// icon refers to a symbol of index.html.
export function icon(name) {
  const svg = document.createElementNS(svgSpace, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(svgSpace, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export const $ = (id) => document.getElementById(id);

// settle puts nodes into parent in this order and removes the rest. A node that
// already stands in its place is not touched, so focus and typed text stay.
export function settle(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) {
    if (!wanted.has(child)) child.remove();
  }
  let at = parent.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
}

// avatar is the picture of a person, a group or the bot: two letters of the
// name (a person's last, a group's first) on a colour kept by the same id.
export function avatar(id, name, group = false) {
  if (id === "bot") return el("span", { class: "avatar bot", "aria-hidden": "true" }, "办");
  let sum = 0;
  for (const c of id) sum = (sum * 31 + c.codePointAt(0)) % 9973;
  const short = [...name].slice(group ? 0 : -2).slice(0, 2).join("");
  return el("span", { class: `avatar hue${sum % 8}`, "aria-hidden": "true" }, short);
}
