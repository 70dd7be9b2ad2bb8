// The conversations that this browser keeps: the store, and the drawer to open, rename and delete them.
const drawer = element.querySelector("dialog");
const list = drawer.querySelector(".pt-kept");
const search = drawer.querySelector("input[type=search]");
const { version, most } = drawer.dataset;
const collection = new URLSearchParams(location.search).get("collection") || drawer.dataset.collection;
const KEY = collection === drawer.dataset.collection ? "papertrail" : `papertrail:${collection}`; // under it, the tab remembers which conversation it shows
const say = (text) => document.dispatchEvent(new CustomEvent("papertrail:say", { detail: text }));

// --- The store: in `heads` what the list needs, in `texts` the record as the server wrote it.
const result = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = request.onblocked = () => reject(request.error ?? new Error("blocked"));
});
const database = (() => {
  try {
    const request = indexedDB.open(`papertrail:${collection}`, 1);
    request.onupgradeneeded = () => {
      for (const name of ["heads", "texts"]) request.result.createObjectStore(name, { keyPath: "id" });
    };
    return result(request);
  } catch (error) {
    return Promise.reject(error);
  }
})();
const within = async (mode, work) => {
  const transaction = (await database).transaction(["heads", "texts"], mode);
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  done.catch(() => {});
  const value = await work(transaction.objectStore("heads"), transaction.objectStore("texts"));
  await done;
  return value;
};
const isHead = (head) =>
  /^[0-9a-f]{32}$/.test(head.id) && head.version === Number(version) && Number.isFinite(head.changed) &&
  (head.name === null || typeof head.name === "string") &&
  Array.isArray(head.questions) && head.questions.length > 0 && head.questions.every((one) => typeof one === "string");

let note = ""; // what the visitor should know about the store
const heads = async () => {
  const all = await within("readonly", (heads) => result(heads.getAll()));
  const bad = all.filter((head) => !isHead(head));
  for (const head of bad) await remove(head.id);
  if (bad.length) note = `${bad.length} of them could not be read and ${bad.length === 1 ? "was" : "were"} dropped.`;
  return all.filter(isHead).sort((one, other) => other.changed - one.changed);
};
const remove = (id) => within("readwrite", (heads, texts) => { heads.delete(id); texts.delete(id); });

// One thing after the other; what fails leaves the page as it is.
let queue = Promise.resolve();
const later = (work) => (queue = queue.then(work).catch((error) => {
  note = `This browser keeps no conversations (${error?.name ?? error}); they end with this page.`;
  say(note);
  draw();
}));
const others = new BroadcastChannel(`papertrail:${collection}`);
others.onmessage = () => { if (drawer.open) later(fill); };

// --- Keeping: a record that another tab has changed since this one read it is not overwritten but kept beside it.
let current = "";
try { current = sessionStorage.getItem(KEY) ?? ""; } catch { /* a browser that keeps nothing */ }
const seen = new Map(); // when each record was last written, as far as this tab knows
const moved = new Map(); // under which id this tab goes on instead
const gone = new Set(); // deleted here: an answer that was still being written does not bring it back
const show = (id) => {
  current = moved.get(id) ?? id;
  try { sessionStorage.setItem(KEY, current); } catch { /* a reload begins anew */ }
  if (drawer.open) later(fill);
};
const write = (record, text, name) => within("readwrite", async (heads, texts) => {
  const before = await result(heads.get(record.id));
  if (before && (await result(texts.get(record.id)))?.text === text) return before.changed; // it has just been opened
  if (before && seen.has(record.id) && before.changed !== seen.get(record.id)) return null;
  const changed = Math.max(Date.now(), (before?.changed ?? 0) + 1);
  const questions = record.turns.map((turn) => turn.question);
  heads.put({ id: record.id, version: record.version, name: before?.name ?? name, questions, changed });
  texts.put({ id: record.id, text });
  const all = (await result(heads.getAll())).sort((one, other) => (other.changed ?? 0) - (one.changed ?? 0));
  for (const { id } of all.slice(Number(most))) {
    heads.delete(id);
    texts.delete(id);
  }
  return changed;
});
const keep = async (text) => {
  const record = JSON.parse(text);
  const wanted = record.id;
  record.id = moved.get(wanted) ?? wanted;
  if (gone.has(record.id)) return;
  let changed = await writeWithRoom(record, record.id === wanted ? text : JSON.stringify(record), null);
  if (changed === null) {
    record.id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    moved.set(wanted, record.id);
    changed = await writeWithRoom(record, JSON.stringify(record), `${record.turns[0].question.slice(0, 90)} (copy)`);
  }
  seen.set(record.id, changed);
  others.postMessage("changed");
};
const writeWithRoom = async (...what) => {
  for (;;) {
    try {
      return await write(...what);
    } catch (error) {
      if (error?.name !== "QuotaExceededError") throw error;
      const oldest = (await heads()).filter((head) => head.id !== what[0].id).at(-1);
      if (!oldest) throw error;
      await remove(oldest.id);
    }
  }
};
const open = async (id) => {
  const [head, kept] = await within("readonly", (heads, texts) => Promise.all([heads.get(id), texts.get(id)].map(result)));
  if (!head || typeof kept?.text !== "string") return false;
  seen.set(id, head.changed);
  trigger("select", { id, text: kept.text });
  return true;
};
const forget = async (id) => {
  gone.add(id);
  if (id === current) show("");
  await remove(id);
  others.postMessage("changed");
};

watch("left", () => { const text = props.left; if (text) later(() => keep(text)); });
watch("refused", () => { const id = props.refused; if (id) later(() => forget(id)); });
watch("record", () => {
  const text = props.record;
  later(async () => {
    if (text) await keep(text);
    show(text ? JSON.parse(text).id : "");
  });
  if (wanted && text.includes(`"id":"${wanted}"`)) requestAnimationFrame(() => {
    document.querySelector("#pt-conversation .pt-turn:last-of-type")?.scrollIntoView({ block: "start" });
    if (matchMedia("(hover: hover)").matches) document.querySelector("#pt-question textarea")?.focus({ preventScroll: true });
  });
});

// --- A server that has been restarted is sent the conversation that is shown, and then what was done is done again.
let last = null;
document.addEventListener("click", (event) => { if (event.isTrusted) last = event.target.closest("button"); }, true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.closest("#pt-question")) last = document.querySelector("#pt-send");
}, true);
watch("forgotten", () => { if (props.forgotten) trigger("upload", { text: props.record }); });
watch("known", () => { if (props.known) last?.click(); });

// --- The drawer. Names and questions are only ever set as text.
let wanted = ""; // the conversation that the visitor has chosen from the list
let rows = [];
const piece = (name) => element.querySelector(`template.pt-kept-${name}`).content.cloneNode(true);
const called = (head) => head.name ?? head.questions[0].trim().replace(/\s+/g, " ").slice(0, 100);
const row = (head) => {
  const part = piece("row");
  const item = part.querySelector("li");
  item.dataset.id = head.id;
  const button = part.querySelector("[data-drawer=open]");
  button.querySelector("bdi").textContent = called(head);
  button.querySelector(".pt-date").textContent =
    new Date(head.changed).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  if (head.id === current) button.setAttribute("aria-current", "true");
  for (const name of ["rename", "delete"]) {
    const action = part.querySelector(`[data-drawer=${name}]`);
    action.setAttribute("aria-label", `${action.textContent} ${called(head)}`);
  }
  return part;
};
const matches = (head) => {
  const text = `${head.name ?? ""} ${head.questions.join(" ")}`.toLowerCase();
  return search.value.toLowerCase().split(/\s+/).every((word) => text.includes(word));
};
const draw = () => {
  const fitting = rows.filter(matches);
  list.replaceChildren(...fitting.map(row));
  search.hidden = rows.length < 2;
  const nothing = rows.length ? "No conversation matches." : "None yet: ask something.";
  drawer.querySelector("[role=status]").textContent = [note, fitting.length ? "" : nothing].filter(Boolean).join(" ");
};
const fill = async () => {
  rows = await heads();
  draw();
};
const edit = (item, name) => {
  const head = rows.find((one) => one.id === item.dataset.id);
  item.replaceChildren(piece(name));
  const text = item.querySelector("bdi");
  if (text) text.textContent = called(head);
  const box = item.querySelector("input");
  if (box) box.value = called(head);
  box?.select();
  (box ?? item.querySelector("[data-drawer=back]")).focus();
};
const back = (item) => {
  const head = rows.find((one) => one.id === item.dataset.id);
  item.replaceWith(row(head));
  list.querySelector(`[data-id="${head.id}"] [data-drawer=open]`).focus();
};
const rename = (item) => later(async () => {
  const name = item.querySelector("input").value.trim().slice(0, 100) || null;
  await within("readwrite", async (heads) => {
    const head = await result(heads.get(item.dataset.id));
    if (head) heads.put({ ...head, name });
  });
  others.postMessage("changed");
  await fill();
  list.querySelector(`[data-id="${item.dataset.id}"] [data-drawer=open]`)?.focus();
});
const anew = () => document.querySelector("#pt-clear").click();

const actions = {
  close: () => drawer.close(),
  new: () => { drawer.close(); anew(); },
  open: (item) => {
    drawer.close();
    if (item.dataset.id === current) return;
    wanted = item.dataset.id;
    later(async () => { if (!(await open(wanted))) say("That conversation is no longer kept."); });
  },
  rename: (item) => edit(item, "name"),
  delete: (item) => edit(item, "sure"),
  back,
  sure: (item) => later(async () => {
    if (item.dataset.id === current) anew();
    await forget(item.dataset.id);
    await fill();
    (list.querySelector("[data-drawer=open]") ?? drawer.querySelector("[data-drawer=new]")).focus();
  }),
};
drawer.addEventListener("click", (event) => {
  const button = event.target.closest("[data-drawer]");
  if (event.target === drawer) drawer.close(); // beside it
  else if (button) actions[button.dataset.drawer](button.closest("li"));
});
drawer.addEventListener("submit", (event) => {
  event.preventDefault();
  rename(event.target.closest("li"));
});
drawer.addEventListener("keydown", (event) => {
  const item = event.target.closest("li");
  if (event.key !== "Escape" || !item?.querySelector("[data-drawer=back]")) return;
  event.preventDefault(); // the drawer stays open
  back(item);
});
search.addEventListener("input", draw);
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-conversations]")) return;
  search.value = "";
  drawer.showModal();
  later(fill);
});

// --- A reload goes on with the conversation that this tab showed.
later(async () => {
  await database;
  if (!/^[0-9a-f]{32}$/.test(current) || !(await open(current))) trigger("select", {});
}).then(() => { if (note && !props.record) trigger("select", { unkept: true }); });
