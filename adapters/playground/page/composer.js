// composer is the box to write in: Enter sends, Shift+Enter breaks the line,
// and Enter that ends an input method's composition does neither.

import { newEvent, say, upload } from "./api.js";
import { el, icon } from "./dom.js";
import { offerNames } from "./mention.js";
import { chatOf, nameOf, takeMessages } from "./state.js";
import { complain, toast } from "./toast.js";
import { firstLine } from "./words.js";

const bot = "@会办";

// createComposer builds into root; prefix makes the ids (#say, #phone-say).
// user and chat answer who writes where; sent is called after each message.
export function createComposer(root, { prefix, user, chat, sent }) {
  let files = []; // {name, id}; id is empty while it is uploaded
  let replyTo = null;
  let naming = true; // the @会办 chip of a group
  let attempt = null; // the last try that may have arrived: {text, event}

  const box = el("textarea", {
    id: `${prefix}say`,
    rows: 1,
    "aria-label": "写消息",
    autocomplete: "off",
    onkeydown: key,
    oninput: grow,
  });
  const chip = el(
    "button",
    { type: "button", id: `${prefix}mention`, class: "at", onclick: toggle, title: "点一下：带上或去掉@会办" },
    bot,
  );
  const pick = el("input", {
    type: "file",
    id: `${prefix}attach-file`,
    multiple: true,
    hidden: true,
    onchange: () => attach([...pick.files]),
  });
  const clip = el(
    "button",
    { type: "button", id: `${prefix}attach`, class: "bare", "aria-label": "附文件", title: "附文件", onclick: () => pick.click() },
    icon("clip"),
  );
  const send = el(
    "button",
    { type: "button", id: `${prefix}send`, class: "primary send", onclick: submit },
    icon("send"),
    el("span", {}, "发送"),
  );
  const above = el("div", { class: "above" });
  root.append(above, el("div", { class: "write" }, chip, box, pick, clip, send));
  offerNames(box, chat);

  const inGroup = () => chatOf(chat())?.kind === "group";

  function draw() {
    chip.hidden = !inGroup();
    chip.setAttribute("aria-pressed", String(naming));
    chip.classList.toggle("off", !naming);
    const heard = !inGroup() || naming;
    box.placeholder = heard ? "给会办发一句话，Enter 发送" : "只发给群里的人，会办收不到";
    root.classList.toggle("none", !chat());
  }

  function toggle() {
    naming = !naming;
    draw();
    box.focus();
  }

  function drawAbove() {
    above.replaceChildren();
    if (replyTo) {
      const text = `回复 ${nameOf(replyTo.from)}：${firstLine(replyTo)}`;
      above.append(el("span", { class: "chip reply" }, el("span", {}, text), drop("不回复了", () => (replyTo = null))));
    }
    for (const f of files) {
      const forget = () => (files = files.filter((other) => other !== f));
      const name = el("span", {}, f.id ? f.name : `${f.name}（上传中…）`);
      above.append(el("span", { class: "chip" }, name, drop(`去掉${f.name}`, forget)));
    }
  }

  const drop = (label, forget) =>
    el("button", { type: "button", "aria-label": label, onclick: () => (forget(), drawAbove()) }, "×");

  async function attach(chosen) {
    pick.value = "";
    for (const file of chosen) {
      const entry = { name: file.name, id: "" };
      files.push(entry);
      drawAbove();
      try {
        entry.id = await upload(file);
      } catch (err) {
        files = files.filter((f) => f !== entry);
        complain(err);
      }
      drawAbove();
    }
  }

  function key(e) {
    if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229 || e.defaultPrevented) return;
    e.preventDefault();
    submit();
  }

  function grow() {
    box.rows = Math.min(6, Math.max(1, box.value.split("\n").length));
  }

  // submit keeps what was typed until the server took it. A try whose answer
  // was lost is sent again under the same event, so it counts once.
  async function submit() {
    const typed = box.value.trim();
    if (send.disabled) return;
    if (files.some((f) => !f.id)) return toast("文件还在上传，请稍等一下再发。");
    if (typed === "" && files.length === 0) return toast("先写一句话，或附一个文件。");
    const text = inGroup() && naming && !typed.includes(bot) ? `${bot} ${typed}`.trim() : typed;
    if (attempt?.text !== text) attempt = { text, event: newEvent() };
    const message = {
      chat: chat(),
      user: user(),
      text,
      files: files.map((f) => f.id),
      reply: replyTo?.id ?? "",
      event: attempt.event,
    };
    send.disabled = true;
    try {
      const answer = await say(message);
      takeMessages(answer.messages);
      toast(answer.toast);
      clear(typed);
      sent?.();
    } catch (err) {
      if (err.status) attempt = null;
      complain(err);
    } finally {
      send.disabled = false;
    }
  }

  // clear leaves alone what was typed while the message was on its way.
  function clear(typed) {
    attempt = null;
    files = [];
    replyTo = null;
    if (box.value.trim() === typed) box.value = "";
    grow();
    drawAbove();
  }

  return {
    draw,
    // fill puts text into the box for the person to send.
    fill(text) {
      naming = true;
      box.value = inGroup() && text.startsWith(bot) ? text.slice(bot.length).trimStart() : text;
      grow();
      draw();
      box.focus();
    },
    replyTo(message) {
      replyTo = message;
      drawAbove();
      box.focus();
    },
  };
}
