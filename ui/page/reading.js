// Reading an answer: the quote beside its number, the source as a sheet on a phone, and its address.
(() => {
  const narrow = matchMedia("(max-width: 899px)");
  const find = (selector) => document.querySelector(selector);

  // --- The sentence behind a number is shown while it is pointed at or has the focus.
  let tip = null;
  const hide = () => { tip?.remove(); tip = null; };
  const show = (button) => {
    hide();
    tip = Object.assign(document.createElement("div"), { id: "pt-tip", className: "pt-tip" });
    tip.setAttribute("role", "tooltip");
    tip.append(Object.assign(document.createElement("strong"), { textContent: button.dataset.ofTip }));
    tip.append(Object.assign(document.createElement("q"), { textContent: button.dataset.tip }));
    (find(".gradio-container") ?? document.body).append(tip);
    button.setAttribute("aria-describedby", "pt-tip");
    const place = button.getBoundingClientRect();
    const above = place.top > tip.offsetHeight + 12;
    tip.style.top = `${above ? place.top - tip.offsetHeight - 6 : place.bottom + 6}px`;
    tip.style.left = `${Math.max(8, Math.min(place.left - 40, innerWidth - tip.offsetWidth - 8))}px`;
  };
  const tipped = (event) => event.target.closest?.("button[data-tip]");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch" && tipped(event)) show(tipped(event));
    else if (tip && !tipped(event) && !event.target.closest?.("#pt-tip")) hide();
  });
  document.addEventListener("focusin", (event) => {
    if (tipped(event)?.matches(":focus-visible")) show(tipped(event));
    else hide();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", hide, { passive: true });

  // --- Each paper that is opened by itself has an address; on a phone each source is a sheet, which Back closes.
  const sheet = (open) => find("#pt-aside")?.toggleAttribute("data-open", open);
  const wanted = () => new URLSearchParams(location.search).get("paper");
  const open = (paper) => document.dispatchEvent(new CustomEvent("papertrail:open", { detail: paper }));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.event === "select" && !button.closest("#pt-chosen-bar, #pt-keeper")) {
      hide();
      const query = new URLSearchParams(location.search);
      const alone = button.dataset.paper && button.dataset.marker === undefined;
      if (alone) query.set("paper", button.dataset.paper);
      const already = narrow.matches && find("#pt-aside")?.hasAttribute("data-open");
      if (!already && (narrow.matches || (alone && query.get("paper") !== wanted()))) {
        history.pushState(history.state, "", query.size ? `?${query}` : location.href);
      }
      if (narrow.matches) sheet(true);
    } else if (button?.hasAttribute("data-back") && narrow.matches) {
      history.back();
    } else if (narrow.matches && event.isTrusted && !event.target.closest("#pt-aside") && find("#pt-aside")?.hasAttribute("data-open")) {
      history.back();
    }
  }, true);
  let last = wanted();
  addEventListener("popstate", () => {
    sheet(false);
    if (wanted() !== last) open(wanted() ?? "");
    if (wanted() && narrow.matches) sheet(true);
  });
  new MutationObserver(() => { last = wanted(); }).observe(document, { subtree: true, childList: true });

  // --- Keys, and the question that an address asks.
  const box = () => find("#pt-question textarea");
  const fill = (text) => {
    box().value = text;
    box().dispatchEvent(new Event("input", { bubbles: true }));
    box().focus();
  };
  const ask = () => {
    if (!box()?.offsetParent) find("#pt-main [role=tab]")?.click();
    requestAnimationFrame(() => box()?.focus());
  };
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], [role=application], dialog");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !typing(event.target)) {
      event.preventDefault();
      ask();
    } else if (event.key === "ArrowUp" && event.target === box() && box().value === "") {
      const asked = [...document.querySelectorAll("#pt-conversation .pt-question")].at(-1)?.textContent;
      if (asked) fill(asked);
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && event.target.closest?.("#pt-finder, #pt-papers .pt-ref")) {
      const rows = [...document.querySelectorAll("#pt-papers .pt-ref")];
      const next = rows.indexOf(event.target.closest(".pt-ref")) + (event.key === "ArrowDown" ? 1 : -1);
      if (next >= -1) event.preventDefault();
      if (next === -1) find("#pt-finder input, #pt-finder textarea")?.focus();
      else rows[next]?.focus();
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-edit], [data-skip], #pt-chosen-bar [data-event=example_select], [data-event=example_select][data-paper]");
    if (!button) return;
    if (button.dataset.edit !== undefined) fill(button.dataset.edit);
    else { event.preventDefault(); ask(); }
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button");
    if (button?.hasAttribute("data-edit-record")) {
      const form = button.closest(".pt-evidence").querySelector(".pt-record");
      form.hidden = !form.hidden;
      button.setAttribute("aria-expanded", String(!form.hidden));
      if (!form.hidden) form.querySelector("input").focus();
    } else if (button?.hasAttribute("data-find-models")) {
      const label = find("#pt-options .label-wrap");
      const look = () => find("#pt-servers [data-event=retry]"); // there once the settings have been opened
      const looked = () => {
        if (!look()?.offsetParent) return false;
        label.scrollIntoView({ block: "start" });
        look().click();
        return true;
      };
      if (!label.classList.contains("open")) label.click();
      if (!looked()) new MutationObserver((_, waiting) => { if (looked()) waiting.disconnect(); }).observe(document, { subtree: true, childList: true, attributes: true });
    } else if (button?.dataset.openTab) {
      const tabs = [...document.querySelectorAll("#pt-main [role=tab]")];
      tabs.find((tab) => tab.textContent.trim().toLowerCase() === button.dataset.openTab)?.click();
      const then = [...document.querySelectorAll("#pt-main button")].find((one) => one.textContent.trim() === button.dataset.then);
      then?.click();
    }
  });
  document.addEventListener("keydown", (event) => { // between tabs, as the pattern of the ARIA guide has it
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (event.target.getAttribute?.("role") !== "tab" || !(event.key in steps)) return;
    event.preventDefault();
    const tabs = [...event.target.closest("[role=tablist]").querySelectorAll("[role=tab]")];
    const step = steps[event.key];
    const place = Number.isFinite(step) ? (tabs.indexOf(event.target) + step + tabs.length) % tabs.length : step < 0 ? 0 : tabs.length - 1;
    tabs[place].focus();
    tabs[place].click();
  });
  // --- A draft stands behind the # of its address, which browsers do not send to the server.
  const draft = () => find("#pt-draft textarea");
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-draft-link]");
    if (button) button.dataset.link = `?tab=verify#draft=${encodeURIComponent(draft().value)}`;
  }, true);
  const given = new URLSearchParams(location.hash.slice(1)).get("draft");
  if (given) {
    const waiting = new MutationObserver(() => {
      const check = [...document.querySelectorAll("#pt-main button")].find((one) => one.textContent.trim() === "Check");
      if (!draft()?.offsetParent || !check) return;
      waiting.disconnect();
      draft().value = given;
      draft().dispatchEvent(new Event("input", { bubbles: true }));
      requestAnimationFrame(() => check.click());
    });
    waiting.observe(document, { subtree: true, childList: true, attributes: true });
  }
  const asked = new URLSearchParams(location.search).get("q");
  if (asked?.trim() && history.state?.asked !== asked) {
    const waiting = new MutationObserver(() => {
      if (!find("#pt-conversation :is(.pt-welcome, .pt-turn)") || !box()) return;
      waiting.disconnect();
      history.replaceState({ ...history.state, asked }, "");
      fill(asked);
      requestAnimationFrame(() => find("#pt-send").click());
    });
    waiting.observe(document, { subtree: true, childList: true });
  }
})();
