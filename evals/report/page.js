"use strict";
const table = document.getElementById("items");
const filters = document.getElementById("filters");
const bodies = [...table.tBodies];
const texts = new Map(bodies.map((body) => [body, body.textContent.toLowerCase()]));

function filter() {
  const wanted = Object.fromEntries(new FormData(filters));
  let shown = 0;
  for (const body of bodies) {
    const fits = ["outcome", "group", "stage", "change"].every((key) => !wanted[key] || body.dataset[key] === wanted[key]);
    body.hidden = !(fits && texts.get(body).includes(wanted.text.toLowerCase()));
    shown += !body.hidden;
  }
  document.getElementById("count").textContent = `${shown} of ${bodies.length} turns`;
}

function sort(button) {
  const column = Number(button.dataset.column);
  const head = button.closest("th");
  const down = head.getAttribute("aria-sort") === "ascending";
  const key = (body) => body.rows[0].cells[column].textContent.trim();
  const order = new Intl.Collator("en", { numeric: true });
  for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  bodies.sort((a, b) => order.compare(key(a), key(b)) * (down ? -1 : 1));
  table.append(...bodies);
}

filters.addEventListener("input", filter);
filters.addEventListener("submit", (event) => event.preventDefault());
table.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.column) return sort(button);
  const more = button.closest("tbody").rows[1];
  more.hidden = !more.hidden;
  button.setAttribute("aria-expanded", String(!more.hidden));
});
filter();
