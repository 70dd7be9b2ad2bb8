// The notebook and the ratings: what a visitor keeps of answers and sources, in this browser alone.
(() => {
  const find = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const collection = () =>
    new URLSearchParams(location.search).get("collection") || find("[data-notebook-of]")?.dataset.notebookOf || "papers";
  const say = (text) => document.dispatchEvent(new CustomEvent("papertrail:say", { detail: text }));
  const save = (name, text) =>
    document.dispatchEvent(new CustomEvent("papertrail:save", { detail: JSON.stringify({ name, text }) }));

  // --- The store: a list of notes and a list of ratings for each collection. What is no note of this version is dropped.
  const read = (what, fits) => {
    try {
      const found = JSON.parse(localStorage.getItem(`papertrail:${what}:${collection()}`) ?? "[]");
      return Array.isArray(found) ? found.filter((one) => one && typeof one === "object" && fits(one)) : [];
    } catch { // a browser that keeps nothing, or a store that another program wrote into
      return [];
    }
  };
  const write = (what, list) => {
    try {
      localStorage.setItem(`papertrail:${what}:${collection()}`, JSON.stringify(list));
      return true;
    } catch {
      say("This browser keeps no notes, or has no room for more: export and delete some.");
      return false;
    }
  };
  const texts = (list) => Array.isArray(list) && list.every((one) => typeof one === "string");
  const notes = () => read("notes", (one) => typeof one.head === "string" && typeof one.markdown === "string" && texts(one.papers));
  const ratings = () => read("ratings", (one) => typeof one.question === "string" && typeof one.good === "boolean" && texts(one.titles));
  const given = (button) => JSON.parse(button.closest("[data-note]").dataset.note);
  const same = (one, other) => one.head === other.head && one.markdown === other.markdown;

  const keep = (button) => {
    const note = given(button);
    const kept = notes();
    const left = kept.filter((one) => !same(one, note));
    const taken = left.length < kept.length;
    const now = { head: note.head, markdown: note.markdown, papers: note.papers, at: new Date().toLocaleDateString("sv") };
    if (write("notes", taken ? left : [...kept, now])) say(taken ? "Taken out of the notebook" : "Kept in the notebook");
  };
  const rate = (button) => {
    const note = given(button);
    const good = button.dataset.rate === "good";
    const before = ratings();
    const left = before.filter((one) => !same(one, note));
    const already = before.some((one) => same(one, note) && one.good === good);
    const now = { head: note.head, markdown: note.markdown, question: note.question, titles: note.titles, kind: note.kind, good };
    if (write("ratings", already ? left : [...left, now])) say(already ? "Rating taken back" : `Rated as ${button.dataset.rate}`);
  };

  // --- Which buttons are down follows the store, whoever has drawn them.
  const down = (button, is) => {
    if (button.getAttribute("aria-pressed") !== String(is)) button.setAttribute("aria-pressed", String(is));
  };
  const paint = () => {
    const [kept, rated] = [notes(), ratings()];
    for (const holder of all("[data-note]")) {
      const note = JSON.parse(holder.dataset.note);
      for (const button of holder.querySelectorAll("[data-keep]")) down(button, kept.some((one) => same(one, note)));
      for (const button of holder.querySelectorAll("[data-rate]")) {
        down(button, rated.some((one) => same(one, note) && one.good === (button.dataset.rate === "good")));
      }
    }
    const count = find("[data-notebook] .pt-number");
    const text = kept.length ? ` (${kept.length})` : "";
    if (count && count.textContent !== text) count.textContent = text;
  };
  let due = false;
  new MutationObserver(() => {
    if (!due) requestAnimationFrame(() => { due = false; paint(); });
    due = true;
  }).observe(document, { childList: true, subtree: true });

  // --- The list. Heads are only ever set as text.
  const book = () => find("dialog.pt-notebook");
  const draw = () => {
    const [kept, rated] = [notes(), ratings()];
    const row = find("template.pt-note-row");
    book().querySelector(".pt-kept").replaceChildren(...kept.map((note, place) => {
      const part = row.content.cloneNode(true);
      part.querySelector("bdi").textContent = note.head;
      part.querySelector(".pt-date").textContent = note.at ?? "";
      part.querySelector("pre").textContent = note.markdown;
      const drop = part.querySelector("[data-drop-note]");
      drop.dataset.dropNote = place;
      drop.setAttribute("aria-label", `Take out ${note.head}`);
      return part;
    }));
    const good = rated.filter((one) => one.good).length;
    const said = [];
    if (!kept.length) said.push("No notes yet: “Keep” below an answer or in a source makes one.");
    if (rated.length) said.push(`${good} answer${good === 1 ? "" : "s"} rated good, ${rated.length - good} poor.`);
    book().querySelector("[role=status]").textContent = said.join(" ");
    for (const button of book().querySelectorAll("[data-export]")) {
      button.hidden = button.dataset.export === "ratings" ? !rated.length : !kept.length;
    }
  };
  const cite = (papers, form) => document.dispatchEvent(new CustomEvent("papertrail:cite", { detail: { papers, form } }));
  const name = () => `notes-${new Date().toLocaleDateString("sv")}`;
  const exported = {
    markdown: () => save(`${name()}.md`, notes().map((note, place) => // each note with footnotes of its own
      note.markdown.trimEnd().replaceAll(/\[\^\d+-(\d+)\]/g, `[^${place + 1}-$1]`)).join("\n\n").concat("\n")),
    bibtex: () => cite([...new Set(notes().flatMap((note) => note.papers))], "bibtex"),
    ris: () => cite([...new Set(notes().flatMap((note) => note.papers))], "ris"),
    ratings: () => save("rated.jsonl", ratings().map((one, place) => JSON.stringify({
      id: `rated-${place + 1}`, kind: one.kind, turns: [one.question], gold: [one.good ? one.titles : []],
      note: one.good ? "rated good" : "rated poor: gold is to be filled in",
    })).join("\n").concat("\n")),
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button");
    if (target === book()) book().close(); // beside it
    if (!button) return;
    if (button.hasAttribute("data-keep")) keep(button);
    else if (button.dataset.rate) rate(button);
    else if (button.dataset.cite) {
      cite(button.dataset.papers ? JSON.parse(button.dataset.papers) : given(button).papers, button.dataset.cite);
    } else if (button.hasAttribute("data-notebook")) { draw(); book().showModal(); }
    else if (button.dataset.export) exported[button.dataset.export]();
    else if (button.dataset.dropNote !== undefined) {
      write("notes", notes().filter((_, place) => place !== Number(button.dataset.dropNote)));
      draw();
    } else if (button.hasAttribute("data-notebook-close")) book().close();
    else return;
    paint();
  });
})();
