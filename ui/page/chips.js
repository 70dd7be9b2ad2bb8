// What is set beside the question is kept over a reload, and handed to Python after one.
const named = () => new URLSearchParams(location.search).get("collection") ?? "";
const key = `papertrail-set:${named()}`;
// A browser may keep nothing.
const store = (change) => { try { return change(sessionStorage); } catch { return null; } };
let wanted = null;
try { wanted = JSON.parse(store((kept) => kept.getItem(key))); } catch { /* another program's */ }
if (wanted && typeof wanted === "object") trigger("select", wanted);
watch("value", () => requestAnimationFrame(() => {
  const set = element.querySelector("[data-set]")?.dataset.set;
  store((kept) => (set ? kept.setItem(key, set) : kept.removeItem(key)));
}));
