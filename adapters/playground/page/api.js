// api speaks docs/playground-api.md. It keeps nothing and draws nothing.

// A Refused answer is a sentence meant for the person in front of the page.
export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

const offline = "连不上会办：请看看启动它的终端窗口还在不在，再试一次。";

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refused(offline, 0);
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(body.error || `会办没有接受（${answer.status}）。`, answer.status);
  return body;
}

const get = (path) => call(path, { headers: { Accept: "application/json" } });

const post = (path, body) =>
  call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

export const getState = () => get("/api/state");
export const getMessages = (after) => get(`/api/messages?after=${encodeURIComponent(after)}`);
export const say = (message) => post("/api/messages", message);
export const tap = (tapped) => post("/api/taps", tapped);
export const moveClock = (move) => post("/api/clock", move);
export const savePerson = (person) => post("/api/people", person);
export const saveChat = (chat) => post("/api/chats", chat);
export const reset = (empty) => post("/api/reset", { empty });
export const setFault = (fault) => post("/api/faults", fault);

// getGuide answers null where there is no guide.
export async function getGuide() {
  try {
    return await get("/api/guide");
  } catch (err) {
    if (err.status === 404) return null;
    throw err;
  }
}

// upload sends one file and answers its id.
export async function upload(file) {
  const path = `/api/files?name=${encodeURIComponent(file.name)}`;
  const type = "application/octet-stream";
  return (await call(path, { method: "POST", headers: { "Content-Type": type }, body: file })).file;
}

// newEvent names one deed, so that sending it again has no second effect.
export function newEvent() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

// listen follows the server's events for as long as the page is open. The
// browser reconnects by itself after a break; after a refusal (a restart behind
// a port that answers late) it gives up, so we begin again. onOpen is called on
// every connection, for what was missed meanwhile; onBreak when one ends.
export function listen({ onMessage, onClock, onReset, onOpen, onBreak }) {
  const source = new EventSource("/api/events");
  source.addEventListener("open", onOpen);
  source.addEventListener("message", (e) => onMessage(JSON.parse(e.data)));
  source.addEventListener("clock", (e) => onClock(JSON.parse(e.data)));
  source.addEventListener("reset", onReset);
  source.addEventListener("error", () => {
    onBreak();
    if (source.readyState !== EventSource.CLOSED) return;
    source.close();
    setTimeout(() => listen({ onMessage, onClock, onReset, onOpen, onBreak }), 2000);
  });
}
