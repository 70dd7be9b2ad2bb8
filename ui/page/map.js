// The map of the collection: two elements of their own. All that papers say is drawn as text, never as markup.
(() => {
  const MOST_LABELS = 40; // more cover each other
  const NEAR = 14; // pixels from a click to what it means
  const HUES = [174, 28, 262, 96, 330, 208, 52, 0];

  class PapertrailMap extends HTMLElement {
    connectedCallback() {
      const { papers, entities, groups } = JSON.parse(this.dataset.map);
      Object.assign(this, { papers, entities, groups, view: { x: 0.5, y: 0.5, zoom: 1 }, chosen: null, trail: null, found: null, hovered: null });
      this.places = new Map(papers.map((paper) => [paper.paper_id, paper]));
      this.keys = new Map(entities.map((entity) => [entity.key, entity]));
      this.canvas = this.querySelector("canvas");
      this.chips = [...this.querySelectorAll("[data-entity]")];
      this.listen();
      this.watchers = [new ResizeObserver(() => this.refresh()), new MutationObserver(() => this.refresh())];
      this.watchers[0].observe(this.canvas);
      this.watchers[1].observe(document.body, { attributes: true, attributeFilter: ["class"] });
      this.onTrail = (event) => this.show(event.detail);
      document.addEventListener("papertrail:trail", this.onTrail);
      const lit = document.querySelector("pt-trail");
      if (lit) this.show(lit.lit);
      this.refresh();
    }

    disconnectedCallback() {
      this.watchers.forEach((watcher) => watcher.disconnect());
      document.removeEventListener("papertrail:trail", this.onTrail);
    }

    listen() {
      const { canvas } = this;
      let from = null;
      let moved = false;
      const at = (event) => {
        const box = canvas.getBoundingClientRect();
        return [event.clientX - box.left, event.clientY - box.top];
      };
      canvas.addEventListener("pointerdown", (event) => {
        [from, moved] = [at(event), false];
        canvas.setPointerCapture(event.pointerId);
      });
      canvas.addEventListener("pointermove", (event) => {
        const [x, y] = at(event);
        if (!from) return this.hover(x, y);
        if (!moved && Math.hypot(x - from[0], y - from[1]) < 4) return;
        const scale = this.scale();
        this.view.x -= (x - from[0]) / scale;
        this.view.y -= (y - from[1]) / scale;
        [from, moved] = [[x, y], true];
        this.refresh();
      });
      canvas.addEventListener("pointerup", (event) => {
        if (from && !moved) this.open(...at(event));
        from = null;
      });
      canvas.addEventListener("pointercancel", () => { from = null; });
      canvas.addEventListener("pointerleave", () => this.hover(-99, -99));
      canvas.addEventListener("dblclick", () => this.zoom(1.5));
      canvas.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return; // the wheel alone scrolls the page
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY / 200));
      }, { passive: false });
      this.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button?.dataset.zoom) this.zoom(Number(button.dataset.zoom));
        if (button?.dataset.entity !== undefined) this.choose(button.dataset.entity);
      });
      this.querySelector("input").addEventListener("input", (event) => this.search(event.target.value));
    }

    zoom(factor) {
      this.view = factor ? { ...this.view, zoom: Math.min(12, Math.max(0.8, this.view.zoom * factor)) } : { x: 0.5, y: 0.5, zoom: 1 };
      this.refresh();
    }

    choose(key) {
      this.chosen = this.keys.get(key) ?? null;
      this.trail = null;
      for (const chip of this.chips) chip.setAttribute("aria-pressed", String(chip.dataset.entity === key));
      this.refresh();
    }

    show(trail) {
      this.trail = trail;
      if (trail) {
        this.chosen = null;
        for (const chip of this.chips) chip.removeAttribute("aria-pressed");
        this.frame([...this.stops().keys()]);
      }
      this.refresh();
    }

    frame(papers) { // brings these papers into view, not nearer than is of use
      if (!papers.length) return;
      const [xs, ys] = [papers.map((paper) => paper.x), papers.map((paper) => paper.y)];
      const span = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
      const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
      this.view = { x: middle(xs), y: middle(ys), zoom: Math.min(2, Math.max(1, 0.6 / (span + 0.01))) };
    }

    search(text) {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const fits = (name) => words.every((word) => name.toLowerCase().includes(word));
      this.found = words.length ? new Set([...this.papers.filter((p) => fits(p.title)), ...this.entities.filter((e) => fits(e.name))]) : null;
      for (const chip of this.chips) chip.parentElement.hidden = words.length > 0 && !fits(chip.querySelector("bdi").textContent);
      this.refresh();
    }

    // --- From places on the map (0 to 1) to pixels and back.
    scale() {
      return Math.min(this.canvas.clientWidth, this.canvas.clientHeight * 1.3) * this.view.zoom;
    }
    at({ x, y }) {
      const { clientWidth: width, clientHeight: height } = this.canvas;
      const stretch = width / Math.min(width, height * 1.3); // a wide sheet is used whole
      return [width / 2 + (x - this.view.x) * this.scale() * stretch, height / 2 + (y - this.view.y) * this.scale() * (height / Math.min(width, height * 1.3))];
    }
    nearest(x, y) {
      let best = null;
      let least = NEAR;
      for (const item of [...this.entities, ...this.papers]) {
        const [px, py] = this.at(item);
        const distance = Math.hypot(px - x, py - y);
        if (distance < least) [best, least] = [item, distance];
      }
      return best;
    }
    hover(x, y) {
      const item = this.nearest(x, y);
      if (item === this.hovered) return;
      this.hovered = item;
      this.canvas.style.cursor = item ? "pointer" : "";
      this.refresh();
    }
    open(x, y) {
      const item = this.nearest(x, y);
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
      this.lines();
      for (const paper of this.papers) this.dot(paper, lit);
      for (const entity of this.entities) this.square(entity, lit);
      if (this.trail) this.way();
      this.labels(lit);
    }

    lit() { // what stands out; null: everything is alike
      if (this.chosen) return new Set([this.chosen, ...this.chosen.papers.map((place) => this.papers[place])]);
      if (this.trail?.steps.length) {
        const keys = [...this.trail.vertices, ...this.trail.steps.flatMap((step) => step.members)];
        return new Set([...keys.map((key) => this.keys.get(key)), ...this.trail.steps.map((step) => this.places.get(step.paper))]);
      }
      return this.found;
    }

    tone(group) {
      return `hsl(${HUES[group % HUES.length]} ${this.dark ? "45% 62%" : "48% 42%"})`;
    }

    dot(paper, lit) {
      const [x, y] = this.at(paper);
      const out = !lit || lit.has(paper);
      this.pen.globalAlpha = out ? 1 : 0.22;
      this.pen.fillStyle = this.tone(paper.group);
      this.pen.beginPath();
      this.pen.arc(x, y, (lit && out ? 6 : 4) + (paper === this.hovered ? 2 : 0), 0, 2 * Math.PI);
      this.pen.fill();
      this.pen.globalAlpha = 1;
    }

    square(entity, lit) {
      const [x, y] = this.at(entity);
      const out = !lit || lit.has(entity);
      const side = Math.min(9, 3 + Math.sqrt(entity.papers.length)) + (entity === this.hovered ? 3 : 0);
      this.pen.globalAlpha = out ? (lit ? 1 : 0.5) : 0.12;
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
        this.label(`${numbers} ${paper.title.split(":")[0]}`, home[0], home[1] - 13, "ink", true);
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
      if (this.hovered) this.label(this.hovered.title ?? `${this.hovered.name} (${this.hovered.papers.length} papers)`, ...this.below(this.hovered), "ink", true);
      if (this.chosen) this.label(this.chosen.name, ...this.below(this.chosen), "accent", true);
      for (const group of lit ? [] : this.groups) this.label(group.name, ...this.at(group), "ink", true);
      const named = lit ? (this.trail ? [] : [...lit].filter(Boolean)) : this.entities.slice(0, MOST_LABELS * this.view.zoom);
      for (const item of named.slice(0, MOST_LABELS * this.view.zoom)) {
        this.label(item.name ?? item.title.split(":")[0], ...this.below(item), lit && item.name ? "accent" : "muted", false);
      }
      if (!lit && this.view.zoom >= 3) for (const paper of this.papers) this.label(paper.title.split(":")[0], ...this.below(paper), "ink", false);
    }

    below(item) {
      const [x, y] = this.at(item);
      return [x, y + 14];
    }

    label(text, x, y, colour, bold) { // left out where it would cover another
      if (!text) return;
      const shown = text.length > 60 ? `${text.slice(0, 59)}…` : text;
      this.pen.font = `${bold ? "600 " : ""}12px system-ui, sans-serif`;
      const half = this.pen.measureText(shown).width / 2 + 3;
      const middle = Math.min(Math.max(x, half + 2), this.canvas.clientWidth - half - 2);
      if (y < 0 || y > this.canvas.clientHeight || x < -half || x > this.canvas.clientWidth + half) return;
      const box = [middle - half, y - 9, middle + half, y + 7];
      if (this.boxes.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) return;
      this.boxes.push(box);
      this.pen.textAlign = "center";
      this.pen.textBaseline = "middle";
      this.pen.lineWidth = 3;
      this.pen.strokeStyle = this.colour("sheet");
      this.pen.strokeText(shown, middle, y);
      this.pen.fillStyle = this.colour(colour);
      this.pen.fillText(shown, middle, y);
    }
  }

  class PapertrailTrail extends HTMLElement {
    get lit() {
      return JSON.parse(this.dataset.trail);
    }
    connectedCallback() {
      document.dispatchEvent(new CustomEvent("papertrail:trail", { detail: this.lit }));
    }
    disconnectedCallback() {
      document.dispatchEvent(new CustomEvent("papertrail:trail", { detail: null }));
    }
  }

  customElements.define("pt-map", PapertrailMap);
  customElements.define("pt-trail", PapertrailTrail);
})();
