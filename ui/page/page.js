// What needs no server: theme, keyboard, copying, and the way between an answer and its evidence.
() => {
  const narrow = matchMedia("(max-width: 899px)");
  const find = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  // --- Theme: follows the system until the visitor chooses.
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (localStorage.getItem("papertrail-theme") ?? (system.matches ? "dark" : "light")) === "dark";
  const paint = () => {
    document.body.classList.toggle("dark", isDark());
    document.documentElement.style.colorScheme = isDark() ? "dark" : "light";
    for (const button of all("[data-theme-toggle]")) button.setAttribute("aria-pressed", String(isDark()));
  };
  system.addEventListener("change", paint);

  // --- The open source is marked where it is cited.
  const SOURCE = "button[data-event=select]:is([data-paper], [data-marker])";
  const same = (button, open) =>
    button.dataset.marker === undefined
      ? open.marker === undefined && button.dataset.paper === open.paper && button.dataset.quote === open.quote
      : button.dataset.turn === open.turn && button.dataset.marker === open.marker;
  const shown = () => find("#pt-evidence .pt-evidence");
  const mark = () => {
    const open = shown()?.dataset ?? {};
    for (const button of all(SOURCE)) {
      if (same(button, open)) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  };

  // --- Opening a source brings it into view; going back returns to where it was opened.
  let opener = null;
  let opened = null; // how it was opened, until the evidence has arrived
  const arrive = () => {
    if (!opened || !shown() || !same({ dataset: opened.wanted }, shown().dataset)) return;
    const { byKey } = opened;
    opened = null;
    if (narrow.matches) (find("#pt-evidence mark") ?? find("#pt-aside")).scrollIntoView({ block: "center" });
    if (narrow.matches || byKey) shown().focus({ preventScroll: true });
  };
  let last = "";
  const centre = () => { // beside the conversation, the evidence scrolls by itself: to its sentence, once
    const key = JSON.stringify({ ...shown()?.dataset });
    if (key === last || narrow.matches) return;
    last = key;
    if (shown()) find("#pt-columns").dataset.read = ""; // an address may have opened it
    const aside = find("#pt-aside");
    aside.scrollTop = 0; // with date, venue and links, as long as the sentence is in view too
    const place = find("#pt-evidence mark")?.getBoundingClientRect();
    const box = aside.getBoundingClientRect();
    if (place && place.bottom > box.bottom) aside.scrollTop = place.top + place.height / 2 - box.top - aside.clientHeight / 2;
  };
  const back = () => {
    const target = opener?.isConnected ? opener : find("#pt-question textarea");
    target?.focus();
    delete find("#pt-columns").dataset.read; // beside a table, the panel closes
    if (!narrow.matches) target?.scrollIntoView({ block: "center" });
  };

  // --- The answer being written stays in view until the visitor scrolls away.
  let following = true;
  for (const gesture of ["wheel", "touchmove"]) {
    addEventListener(gesture, () => { following = false; }, { passive: true });
  }
  const follow = (turn) => {
    if (!turn || !following) return;
    const place = turn.getBoundingClientRect();
    const floor = find("#pt-composer").getBoundingClientRect().top - 16;
    const distance = Math.min(place.top - 16, place.bottom - floor);
    if (distance > 0) scrollBy(0, distance);
  };

  const say = (text) => {
    let voice = find("#pt-voice");
    if (!voice) {
      voice = Object.assign(document.createElement("div"), { id: "pt-voice", className: "pt-sr" });
      voice.setAttribute("role", "status");
      document.body.append(voice);
    }
    voice.textContent = text;
  };

  document.addEventListener("papertrail:say", (event) => say(event.detail));

  const copy = async (button) => {
    const link = new URL(button.dataset.link ?? "", location.href);
    const collection = new URLSearchParams(location.search).get("collection");
    if (collection !== null) link.searchParams.set("collection", collection);
    const note = button.hasAttribute("data-copy-note") && JSON.parse(button.closest("[data-note]").dataset.note).markdown;
    const text = note || (button.dataset.copy ?? link.href);
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no clipboard outside a secure context: the older way still works there
      const box = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
    say("Copied");
    button.classList.add("pt-done");
    setTimeout(() => button.classList.remove("pt-done"), 1600);
  };

  const download = (button) => {
    const today = new Date().toLocaleDateString("sv"); // as 2026-01-31, in the visitor's time zone
    save(document.getElementById(button.dataset.of).dataset.copy, button.dataset.download.replace("{date}", today));
  };

  const save = (text, name) => {
    const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    Object.assign(document.createElement("a"), { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };

  document.addEventListener("papertrail:save", ({ detail }) => {
    const { text, name } = JSON.parse(detail);
    save(text, name);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    requestAnimationFrame(settle);
    if (button.hasAttribute("data-theme-toggle")) {
      localStorage.setItem("papertrail-theme", isDark() ? "light" : "dark");
      paint();
    } else if (button.hasAttribute("data-copy") || button.hasAttribute("data-copy-note") || button.hasAttribute("data-link")) {
      copy(button);
    } else if (button.hasAttribute("data-download")) {
      download(button);
    } else if (["option_select", "delete"].includes(button.dataset.event) && button.closest("#pt-picker")) {
      if (event.detail === 0 || matchMedia("(hover: hover)").matches) find("#pt-pick input, #pt-pick textarea")?.focus();
    } else if (button.hasAttribute("data-back")) {
      back();
    } else if (button.matches(SOURCE)) {
      opener = button;
      find("#pt-columns").dataset.read = ""; // the panel has its place beside the tab
      opened = { wanted: { ...button.dataset }, byKey: event.detail === 0 };
      arrive();
    }
  });

  const visible = (element) => element !== null && element.offsetParent !== null;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || find("dialog[open]")) return;
    const stop = find("#pt-stop");
    if (visible(stop)) stop.click();
    else if (document.activeElement?.closest("#pt-evidence")) back();
  });

  // --- The tab that is shown stands in the address, so that Back and a reload lead to it.
  let tab = null;
  const named = () => new URLSearchParams(location.search).get("tab") ?? "ask";
  const addressed = (name) => { // with the collection that is shown, if the address names one
    const collection = new URLSearchParams(location.search).get("collection");
    return `?tab=${name}${collection === null ? "" : `&collection=${encodeURIComponent(collection)}`}`;
  };
  const tabs = () => all("#pt-main [role=tab]");
  const called = (one) => one.textContent.trim().toLowerCase();
  const place = () => {
    const now = tabs().find((one) => one.getAttribute("aria-selected") === "true");
    if (!now || called(now) === tab) return;
    if (tab !== null && called(now) !== named()) history.pushState(null, "", addressed(called(now)));
    tab = called(now);
    find("#pt-columns").dataset.tab = tab;
    delete find("#pt-columns").dataset.read; // beside another tab, no source has been opened yet
  };
  addEventListener("popstate", () => {
    tab = named();
    tabs().find((one) => called(one) === tab)?.click();
  });

  // --- A question that has not reached the server outlives a reload, such as Gradio's own after a restart of the server.
  const DRAFT = "papertrail-question";
  const store = (change) => { try { return change(sessionStorage); } catch { return null; } }; // a browser that keeps nothing
  let restored = false;
  document.addEventListener("input", ({ target }) => {
    if (target.closest("#pt-question")) store((kept) => kept.setItem(DRAFT, target.value));
  });
  const restore = () => {
    const box = find("#pt-question textarea");
    if (restored && box?.value === "") store((kept) => kept.removeItem(DRAFT)); // the server has taken it
    if (restored || !box) return;
    restored = true;
    const text = store((kept) => kept.getItem(DRAFT));
    if (!text || box.value) return;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  let writing = false;
  let due = false;
  const settle = () => {
    due = false;
    paint();
    mark();
    arrive();
    centre();
    place();
    restore();
    for (const label of all(":is(#pt-options, #pt-map-controls) .label-wrap")) {
      label.setAttribute("aria-expanded", String(label.classList.contains("open")));
    }
    const live = find("#pt-live .pt-turn");
    follow(live);
    const now = live !== null;
    if (writing && !now) {
      follow(all("#pt-conversation .pt-turn").at(-1));
      following = true;
      say("Answer finished");
      const lost = document.activeElement === null || document.activeElement === document.body;
      if (lost && matchMedia("(hover: hover)").matches) find("#pt-question textarea")?.focus({ preventScroll: true });
    }
    writing = now;
  };
  new MutationObserver(() => {
    if (!due) requestAnimationFrame(settle);
    due = true;
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
  settle();
}
