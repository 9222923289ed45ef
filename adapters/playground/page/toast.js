// toast says one short thing at the lower edge and takes it away again.

import { $ } from "./dom.js";

let timer = 0;

function show(text, tone, ms) {
  const box = $("toast");
  box.textContent = text;
  box.className = tone;
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (box.hidden = true), ms);
}

// toast tells; nothing to tell takes the last one away, which is answered by now.
export function toast(text) {
  if (text) show(text, "tells", 5000);
  else $("toast").hidden = true;
}

// complain shows why something was refused; it stays longer.
export const complain = (err) => show(err.message, "complains", 9000);
