// company holds the dialogs about people, groups and how the demo's platform
// behaves.

import { getState, saveChat, savePerson, setFault } from "./api.js";
import { fillIn } from "./dialog.js";
import { activePeople, become, labelOf, open, state, takeState } from "./state.js";
import { toast } from "./toast.js";

const peopleOptions = () => activePeople().map((p) => ({ value: p.id, label: labelOf(p.id) }));
const one = (values) => values[0] ?? "";

async function refresh() {
  takeState(await getState());
}

export function addPerson() {
  return fillIn({
    title: "添加同事",
    inputs: [
      { name: "name", label: "姓名", kind: "text", required: true },
      { name: "department", label: "部门", kind: "text", required: true },
      { name: "title", label: "职务", kind: "text" },
      { name: "leader", label: "直接上级", kind: "person", options: peopleOptions() },
      { name: "admin", label: "是会办的管理员", kind: "check" },
    ],
    yes: "添加",
    async save(form) {
      await savePerson({
        name: one(form.name),
        department: one(form.department),
        title: one(form.title),
        leader: one(form.leader),
        admin: form.admin.length > 0,
        active: true,
      });
      await refresh();
      toast(`已添加 ${one(form.name)}。`);
      const added = activePeople().find((p) => p.name === one(form.name));
      if (state.people.size === 1 && added) become(added.id);
    },
  });
}

export function addGroup() {
  return fillIn({
    title: "新建群",
    hint: "群里默认有会办，在群里@会办它才收得到。",
    inputs: [
      { name: "name", label: "群名", kind: "text", required: true },
      {
        name: "members",
        label: "成员",
        kind: "people",
        required: true,
        options: peopleOptions(),
        value: state.who ? [state.who] : [],
      },
    ],
    yes: "建群",
    async save(form) {
      await saveChat({ name: one(form.name), kind: "group", members: form.members });
      await refresh();
      toast(`已建群「${one(form.name)}」。`);
      const made = state.chats.findLast((c) => c.name === one(form.name) && c.members.includes(state.who));
      if (made) open(made.id);
    },
  });
}

const answers = [
  { value: "ok", label: "正常送达" },
  { value: "gone", label: "永远送不到（已离职、已退群）" },
  { value: "retry", label: "暂时送不到，稍后可重试" },
  { value: "timeout", label: "其实送到了，但回执丢了" },
];

// setFaults lets a person's or group's platform fail, to see what 会办 does.
export function setFaults() {
  const groups = state.chats.filter((c) => c.kind === "group").map((c) => ({ value: `chat:${c.id}`, label: c.name }));
  const people = peopleOptions().map((o) => ({ value: `person:${o.value}`, label: o.label }));
  return fillIn({
    title: "模拟送不到",
    hint: "看看平台出故障时会办怎么做。",
    inputs: [
      { name: "target", label: "发给谁时", kind: "person", required: true, options: [...people, ...groups] },
      { name: "answer", label: "结果", kind: "select", required: true, options: answers, value: ["gone"] },
    ],
    yes: "就这样",
    async save(form) {
      const [kind, ...id] = one(form.target).split(":");
      await setFault({ [kind]: id.join(":"), answer: one(form.answer) });
      toast("已设好，下一条消息起生效。");
    },
  });
}

const abilities = [
  { value: "forms", label: "卡片里能填表" },
  { value: "edits", label: "发出的卡片能更新" },
  { value: "mentions", label: "能@人" },
  { value: "group_files", label: "群里能发文件" },
];

// setAbilities makes the platform narrower. The server tells nothing about the
// present choice, so the dialog always starts from a full platform.
export function setAbilities() {
  return fillIn({
    title: "模拟能力较少的平台",
    hint: "勾掉平台不会的；会办会改用那边看得懂的说法。",
    inputs: [
      { name: "abilities", label: "平台会的", kind: "multi", options: abilities, value: abilities.map((a) => a.value) },
    ],
    yes: "就这样",
    async save(form) {
      const can = (name) => form.abilities.includes(name);
      await setFault({ abilities: Object.fromEntries(abilities.map(({ value }) => [value, can(value)])) });
      toast("已设好，下一条消息起生效。");
    },
  });
}
