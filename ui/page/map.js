// The map of the collection: two elements of their own. All that papers say is drawn as text, never as markup.
(() => {
  const MOST_LABELS = 40; // more cover each other
  const NEAR = 14; // pixels from a click to what it means
  const HUES = [174, 28, 262, 96, 330, 208, 52, 0]; // of the groups, the largest first
  const WHOLE = { x: 0.5, y: 0.5, zoom: 1 };
  const short = (paper) => paper.title.split(":")[0];

  class PapertrailMap extends HTMLElement {
    static observedAttributes = ["data-map"]; // the page may put another map into the same element

    connectedCallback() {
      this.watchers = [new ResizeObserver(() => this.refresh()), new MutationObserver(() => this.refresh())];
      this.watchers[1].observe(document.body, { attributes: true, attributeFilter: ["class"] });
      this.onTrail = (event) => this.show(event.detail);
      document.addEventListener("papertrail:trail", this.onTrail);
      this.addEventListener("click", this.pressed);
      this.addEventListener("input", this.typed);
      this.begin();
    }

    disconnectedCallback() {
      this.watchers.forEach((watcher) => watcher.disconnect());
      document.removeEventListener("papertrail:trail", this.onTrail);
      this.removeEventListener("click", this.pressed);
      this.removeEventListener("input", this.typed);
    }

    attributeChangedCallback() {
      if (this.canvas) requestAnimationFrame(() => this.isConnected && this.begin()); // its lists come with it
    }

    begin() { // with the map as it is written in the element
      const { papers, entities, groups } = JSON.parse(this.dataset.map);
      Object.assign(this, { papers, entities, groups, view: { ...WHOLE }, chosen: null, group: null, trail: null, found: null, hovered: null, aiming: false, painted: null });
      this.places = new Map(papers.map((paper) => [paper.paper_id, paper]));
      this.keys = new Map(entities.map((entity) => [entity.key, entity]));
      this.chips = [...this.querySelectorAll("[data-entity]")];
      this.legend = [...this.querySelectorAll("[data-group]")];
      const canvas = this.querySelector("canvas");
      if (canvas !== this.canvas) {
        this.canvas = canvas;
        this.watchers[0].disconnect();
        this.watchers[0].observe(canvas);
        mapHands(this);
      }
      const lit = document.querySelector("pt-trail");
      if (lit) this.show(lit.lit);
      this.search(this.querySelector("input").value);
    }

    typed(event) {
      this.search(event.target.value);
    }

    pressed(event) {
      const button = event.target.closest("button");
      if (button?.dataset.zoom) this.zoom(Number(button.dataset.zoom));
      if (button?.dataset.entity !== undefined) this.choose(button.dataset.entity);
      if (button?.dataset.group !== undefined) this.gather(Number(button.dataset.group));
    }

    // --- The view: which place is in the middle, and how near it is.
    zoom(factor, x = this.canvas.clientWidth / 2, y = this.canvas.clientHeight / 2) { // about a point in pixels; 0: all
      if (!factor) this.view = { ...WHOLE };
      else {
        const [fromX, fromY] = this.place(x, y);
        this.view.zoom = Math.min(12, Math.max(0.8, this.view.zoom * factor));
        const [toX, toY] = this.place(x, y);
        this.view.x += fromX - toX;
        this.view.y += fromY - toY;
      }
      this.refresh();
    }

    pan(dx, dy) { // in pixels
      const [width, height] = this.scales();
      this.view.x = Math.min(1.2, Math.max(-0.2, this.view.x - dx / width));
      this.view.y = Math.min(1.2, Math.max(-0.2, this.view.y - dy / height));
      this.refresh();
    }

    press(chips, name, value) { // marks the one that is chosen, of buttons that choose
      for (const chip of chips) chip.setAttribute("aria-pressed", String(value !== null && chip.dataset[name] === String(value)));
    }

    gather(group) { // lights up a group, or no more
      this.group = this.group === group ? null : group;
      this.chosen = null;
      this.trail = null;
      this.press(this.chips, "entity", null);
      this.press(this.legend, "group", this.group);
      this.refresh();
    }

    choose(key) {
      this.chosen = this.keys.get(key) ?? null;
      this.trail = null;
      this.group = null;
      this.press(this.chips, "entity", key);
      this.press(this.legend, "group", null);
      this.refresh();
    }

    show(trail) {
      this.trail = trail;
      if (trail) {
        this.chosen = null;
        this.group = null;
        this.press(this.chips, "entity", null);
        this.press(this.legend, "group", null);
        this.frame(trail.paper ? [this.places.get(trail.paper)].filter(Boolean) : [...this.stops().keys()]);
        this.canvas.scrollIntoView({ block: "nearest" });
      }
      this.refresh();
    }

    frame(papers) { // brings these papers into view, not nearer than is of use
      if (!papers.length) return;
      const [xs, ys] = [papers.map((paper) => paper.x), papers.map((paper) => paper.y)];
      const span = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
      const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
      const zoom = Math.min(2, Math.max(1, 0.6 / (span + 0.01)));
      const inside = (value) => Math.min(1 - 0.5 / zoom, Math.max(0.5 / zoom, value)); // no empty margin
      this.view = { x: inside(middle(xs)), y: inside(middle(ys)), zoom };
    }

    search(text) {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const fits = (name) => words.every((word) => name.toLowerCase().includes(word));
      this.found = words.length ? new Set([...this.papers.filter((p) => fits(p.title)), ...this.entities.filter((e) => fits(e.name))]) : null;
      for (const chip of this.chips) chip.parentElement.hidden = words.length > 0 && !fits(chip.querySelector("bdi").textContent);
      this.refresh();
    }

    // --- From places on the map (0 to 1) to pixels and back.
    scales() {
      return [this.canvas.clientWidth * this.view.zoom, this.canvas.clientHeight * this.view.zoom];
    }
    at({ x, y }) {
      const [width, height] = this.scales();
      return [this.canvas.clientWidth / 2 + (x - this.view.x) * width, this.canvas.clientHeight / 2 + (y - this.view.y) * height];
    }
    place(x, y) {
      const [width, height] = this.scales();
      return [this.view.x + (x - this.canvas.clientWidth / 2) / width, this.view.y + (y - this.canvas.clientHeight / 2) / height];
    }
    nearest(x, y, near = NEAR) {
      let best = null;
      let least = near;
      for (const item of [...this.entities, ...this.papers]) {
        const [px, py] = this.at(item);
        const distance = Math.hypot(px - x, py - y);
        if (distance < least) [best, least] = [item, distance];
      }
      return best;
    }
    hover(item) {
      if (item === this.hovered) return;
      this.hovered = item;
      this.canvas.style.cursor = item ? "pointer" : "";
      this.refresh();
    }
    open(item) {
      if (!item) return;
      if (item.key !== undefined) return this.chips.find((chip) => chip.dataset.entity === item.key)?.click();
      const button = this.querySelector("[data-paper]");
      button.dataset.paper = item.paper_id;
      button.click();
    }

    // --- Drawing, at most once a frame.
    refresh() {
      if (this.due) return;
      this.due = true;
      requestAnimationFrame(() => {
        this.due = false;
        this.draw();
      });
    }

    draw() {
      const { canvas } = this;
      const { clientWidth: width, clientHeight: height } = canvas;
      if (!width || !height) return;
      const ratio = devicePixelRatio || 1;
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
      }
      const style = getComputedStyle(document.body);
      this.colour = (name) => style.getPropertyValue(`--pt-${name}`);
      this.dark = document.body.classList.contains("dark");
      const pen = canvas.getContext("2d");
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, width, height);
      this.pen = pen;
      this.boxes = [];
      const lit = this.lit();
      this.paint();
      this.lines();
      this.dots(lit);
      for (const entity of this.entities) this.square(entity, lit);
      if (this.trail && !this.trail.paper) this.way();
      this.labels(lit);
      if (this.aiming) this.aim(width / 2, height / 2);
    }

    paint() { // the legend in the colours of the picture
      if (this.painted === this.dark) return;
      this.painted = this.dark;
      for (const chip of this.legend) chip.querySelector("i").style.background = this.tone(Number(chip.dataset.group));
    }

    aim(x, y) { // what the keyboard would open lies here
      for (const [dx, dy] of [[10, 0], [-10, 0], [0, 10], [0, -10]]) this.line([x + dx / 2, y + dy / 2], [x + dx, y + dy], this.colour("ink"), 2);
    }

    lit() { // what stands out; null: everything is alike
      if (this.chosen) return new Set([this.chosen, ...this.chosen.papers.map((place) => this.papers[place])]);
      if (this.group !== null) return new Set(this.papers.filter((paper) => paper.group === this.group));
      if (this.trail?.paper) {
        const place = this.papers.findIndex((paper) => paper.paper_id === this.trail.paper);
        return new Set([this.papers[place], ...this.entities.filter((entity) => entity.papers.includes(place))]);
      }
      if (this.trail?.steps.length) {
        const keys = [...this.trail.vertices, ...this.trail.steps.flatMap((step) => step.members)];
        return new Set([...keys.map((key) => this.keys.get(key)), ...this.trail.steps.map((step) => this.places.get(step.paper))]);
      }
      return this.found;
    }

    tone(group) {
      if (group >= HUES.length) return this.dark ? "hsl(220 6% 62%)" : "hsl(220 6% 48%)"; // the smallest share a grey
      return `hsl(${HUES[group]} ${this.dark ? "50% 62%" : "52% 40%"})`;
    }

    dots(lit) { // those that look alike in one stroke
      const plain = (this.papers.length > 300 ? 3 : 4) * Math.min(1.7, Math.max(1, Math.sqrt(this.view.zoom)));
      const alike = new Map();
      for (const paper of this.papers) {
        const out = !lit || lit.has(paper);
        const size = plain + (lit && out ? 2 : 0) + (paper === this.hovered ? 2 : 0);
        const key = `${out} ${paper.group} ${size}`;
        if (!alike.has(key)) alike.set(key, { out, size, tone: this.tone(paper.group), papers: [] });
        alike.get(key).papers.push(paper);
      }
      for (const { out, size, tone, papers } of [...alike.values()].sort((one, other) => one.out - other.out)) {
        this.pen.globalAlpha = out ? (lit ? 1 : 0.85) : 0.18;
        this.pen.fillStyle = tone;
        this.pen.beginPath();
        for (const paper of papers) {
          const [x, y] = this.at(paper);
          this.pen.moveTo(x + size, y);
          this.pen.arc(x, y, size, 0, 2 * Math.PI);
        }
        this.pen.fill();
      }
      this.pen.globalAlpha = 1;
    }

    square(entity, lit) {
      const [x, y] = this.at(entity);
      const out = !lit || lit.has(entity);
      const side = Math.min(9, 3 + Math.sqrt(entity.papers.length)) + (entity === this.hovered ? 3 : 0);
      this.pen.globalAlpha = out ? (lit ? 1 : 0.45) : 0.1;
      this.pen.fillStyle = this.colour(lit && out ? "accent" : "muted");
      this.pen.fillRect(x - side / 2, y - side / 2, side, side);
      this.pen.globalAlpha = 1;
    }

    line(from, to, colour, wide) {
      this.pen.strokeStyle = colour;
      this.pen.lineWidth = wide;
      this.pen.beginPath();
      this.pen.moveTo(...from);
      this.pen.lineTo(...to);
      this.pen.stroke();
    }

    lines() {
      if (this.trail?.paper) {
        const paper = this.places.get(this.trail.paper);
        for (const item of paper ? this.lit() : []) if (item?.key !== undefined) this.line(this.at(item), this.at(paper), this.colour("accent"), 1);
      }
      const item = this.chosen ?? (this.hovered?.key !== undefined && !this.trail ? this.hovered : null);
      if (!item) return;
      for (const place of item.papers) this.line(this.at(item), this.at(this.papers[place]), this.colour("accent"), 1);
    }

    // The way of an answer: entities of the question, a diamond a hyperedge, and papers with the numbers of its sources.
    way() {
      const asked = new Set(this.trail.vertices);
      for (const [paper, steps] of this.stops()) {
        const home = this.at(paper);
        const around = [...new Set(steps.flatMap((step) => [...this.begun(step), ...step.members]))];
        const absent = around.filter((key) => !this.keys.has(key)); // this paper alone names them
        const ring = new Map(absent.map((key, place) => [key, this.off(home, 96, (place * 2 * Math.PI) / absent.length)]));
        const spot = (key) => ring.get(key) ?? this.at(this.keys.get(key));
        steps.forEach((step, number) => {
          const edge = this.off(home, 40, (number * 2 * Math.PI) / steps.length + 0.4);
          for (const key of step.members) if (!asked.has(key)) this.line(spot(key), edge, this.colour("line"), 1);
          for (const key of this.begun(step)) this.line(spot(key), edge, this.colour("accent"), step.asked.includes(key) ? 2 : 1);
          this.line(edge, home, this.colour("partial"), 2);
          this.diamond(...edge);
        });
        const numbers = steps.map((step) => `[${step.marker}]`).join(" ");
        this.label(`${numbers} ${short(paper)}`, home[0], home[1] - 13, "ink", true);
        for (const key of around) this.label(this.trail.names[key] ?? key, ...this.off(spot(key), 12, Math.PI / 2), asked.has(key) ? "accent" : "muted", asked.has(key));
      }
    }

    begun(step) { // where the way to a sentence begins: with what it shares with the question, else with what its paper does
      return step.asked.length ? step.asked : step.by_paper;
    }

    stops() { // the steps by paper; those of papers that are not on the map are in the list alone
      const found = new Map();
      for (const step of this.trail.steps) {
        const paper = this.places.get(step.paper);
        if (paper) found.set(paper, [...(found.get(paper) ?? []), step]);
      }
      return found;
    }

    off([x, y], distance, angle) {
      return [x + distance * Math.cos(angle), y + distance * Math.sin(angle)];
    }

    diamond(x, y) {
      this.pen.fillStyle = this.colour("partial");
      this.pen.beginPath();
      [[0, -6], [6, 0], [0, 6], [-6, 0]].forEach(([dx, dy]) => this.pen.lineTo(x + dx, y + dy));
      this.pen.fill();
    }

    labels(lit) {
      if (this.hovered) this.name(this.hovered, this.hovered.title ?? `${this.hovered.name} (${this.hovered.papers.length} papers)`, "ink", true);
      if (this.chosen) this.name(this.chosen, this.chosen.name, "accent", true);
      const narrow = this.canvas.clientWidth < 500;
      this.groups.forEach((group, number) => {
        if (lit && this.group !== number) return;
        this.label(narrow ? group.name.split(" · ")[0] : group.name, ...this.at(group), this.tone(number), true);
      });
      const few = Math.round(MOST_LABELS * this.view.zoom);
      const way = this.trail && !this.trail.paper; // it names what lies on it
      const named = lit ? (way ? [] : [...lit].filter(Boolean)) : this.entities;
      for (const item of named.slice(0, few)) this.name(item, item.name ?? short(item), lit && item.name ? "accent" : "muted", false);
      if (!lit && this.view.zoom >= 3) for (const paper of this.papers) this.name(paper, short(paper), "ink", false);
    }

    name(item, text, colour, bold) { // below it, or above it where that is taken
      const [x, y] = this.at(item);
      this.label(text, x, y + 15, colour, bold) || this.label(text, x, y - 15, colour, bold);
    }

    label(text, x, y, colour, bold) { // left out where it would cover another; whether it is there
      if (!text) return true;
      const { clientWidth: width, clientHeight: height } = this.canvas;
      const most = Math.max(24, Math.round(width / 12));
      const shown = text.length > most ? `${text.slice(0, most - 1)}…` : text;
      this.pen.font = `${bold ? "600 " : ""}12px system-ui, sans-serif`;
      const half = this.pen.measureText(shown).width / 2 + 4;
      if (y < 10 || y > height - 10 || x < 0 || x > width) return true;
      const middle = Math.min(Math.max(x, half + 2), width - half - 2);
      const box = [middle - half, y - 9, middle + half, y + 9];
      if (this.boxes.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) return false;
      this.boxes.push(box);
      this.pen.globalAlpha = 0.82;
      this.pen.fillStyle = this.colour("sheet");
      this.pen.beginPath();
      this.pen.roundRect(box[0], box[1], 2 * half, 18, 4);
      this.pen.fill();
      this.pen.globalAlpha = 1;
      this.pen.textAlign = "center";
      this.pen.textBaseline = "middle";
      this.pen.fillStyle = colour.startsWith("hsl") ? colour : this.colour(colour);
      this.pen.fillText(shown, middle, y);
      return true;
    }
  }

  class PapertrailTrail extends HTMLElement {
    static observedAttributes = ["data-trail"];
    get lit() {
      return JSON.parse(this.dataset.trail);
    }
    tell(detail) {
      document.dispatchEvent(new CustomEvent("papertrail:trail", { detail }));
    }
    connectedCallback() {
      this.tell(this.lit);
    }
    disconnectedCallback() {
      this.tell(null);
    }
    attributeChangedCallback() {
      if (this.isConnected) this.tell(this.lit);
    }
  }

  customElements.define("pt-map", PapertrailMap);
  customElements.define("pt-trail", PapertrailTrail);
})();
