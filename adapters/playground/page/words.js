// words turns what was said into nodes: line breaks and @names, and for a
// card's body also **bold** and "- " lists. Everything else stays literal.

import { el, icon } from "./dom.js";
import { state } from "./state.js";

let pattern = null;
let builtFor = -1;

// mentions matches @ and a known name, the longer name first.
function mentions() {
  if (builtFor !== state.roster) {
    const names = ["会办", "所有人", ...[...state.people.values()].map((p) => p.name)];
    names.sort((a, b) => b.length - a.length);
    const escaped = names.filter(Boolean).map((n) => n.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    pattern = new RegExp(`(@(?:${escaped.join("|")}))`, "u");
    builtFor = state.roster;
  }
  return pattern;
}

// withMentions splits one line at its @names.
export function withMentions(text) {
  return text
    .split(mentions())
    .map((piece, i) => (i % 2 === 1 ? el("span", { class: "mention" }, piece) : piece))
    .filter((piece) => piece !== "");
}

// plain shows text as typed.
export const plain = (text) => el("div", { class: "plain" }, withMentions(text ?? ""));

// light shows a card's body.
export function light(text) {
  const root = el("div", { class: "light" });
  let list = null;
  for (const line of text.split("\n")) {
    if (line.startsWith("- ")) {
      list ??= root.appendChild(el("ul"));
      list.append(el("li", {}, withBold(line.slice(2))));
    } else {
      list = null;
      root.append(el("p", {}, line === "" ? "\u00a0" : withBold(line)));
    }
  }
  return root;
}

function withBold(line) {
  return line
    .split(/\*\*(.+?)\*\*/u)
    .map((piece, i) => (i % 2 === 1 ? el("strong", {}, withMentions(piece)) : withMentions(piece)));
}

// firstLine is what a list shows of a message.
export function firstLine(message) {
  if (message.card?.title) return message.card.title;
  const line = (message.text || message.card?.body || "").trim().split("\n")[0];
  if (line) return line;
  const file = message.files?.[0];
  return file ? `［文件］${file.name}` : "";
}

// links shows files by name. Only our own files and papers and plain web
// addresses become links, so that no card can carry a script in its address. A
// paper is read as the person who looks.
export function links(files, viewer) {
  return el(
    "ul",
    { class: "files" },
    files.map((f) => {
      const ours = /^\/api\/files\//.test(f.url ?? "");
      if (/^\/paper\//.test(f.url ?? "")) return paper(f, viewer?.());
      const web = /^https?:\/\//i.test(f.url ?? "");
      if (!ours && !web) return el("li", {}, icon("file"), f.name);
      const way = ours ? { download: f.name } : { target: "_blank", rel: "noopener noreferrer" };
      return el("li", {}, icon("file"), el("a", { href: f.url, class: "file", ...way }, f.name || f.url));
    }),
  );
}

function paper(file, viewer) {
  const address = new URL(file.url, location.origin);
  if (viewer) address.searchParams.set("user", viewer);
  const href = address.pathname + address.search;
  return el("li", {}, icon("file"), el("a", { href, class: "file", target: "_blank", rel: "noopener" }, file.name || "打开文件"));
}
