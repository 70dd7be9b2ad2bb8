// What hands do on the map: mouse, fingers and keys. `map` is the element of map.js, which draws.
const mapHands = (map) => {
  const { canvas } = map;
  const STEP = 60; // pixels that an arrow key moves the map
  const REACH = 60; // pixels from the middle to what the keyboard opens
  const fingers = new Map(); // by the id of its pointer, where each is
  let moved = false; // since the first finger came down

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const spread = () => { // the middle of all fingers, and how far the first two are apart
    const all = [...fingers.values()];
    const middle = (axis) => all.reduce((sum, one) => sum + one[axis], 0) / all.length;
    const apart = all.length > 1 ? Math.hypot(all[0][0] - all[1][0], all[0][1] - all[1][1]) : 0;
    return { x: middle(0), y: middle(1), apart };
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (!fingers.size) moved = false;
    fingers.set(event.pointerId, at(event));
    if (fingers.size > 1) moved = true; // two fingers open nothing
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = at(event);
    if (!fingers.has(event.pointerId)) return map.hover(map.nearest(x, y));
    const from = fingers.get(event.pointerId);
    if (!moved && Math.hypot(x - from[0], y - from[1]) < 4) return;
    const before = spread();
    fingers.set(event.pointerId, [x, y]);
    const now = spread();
    moved = true;
    map.pan(now.x - before.x, now.y - before.y);
    if (before.apart && now.apart) map.zoom(now.apart / before.apart, now.x, now.y);
  });
  const lift = (event) => {
    const opens = event.type === "pointerup" && fingers.size === 1 && !moved;
    fingers.delete(event.pointerId);
    if (opens) map.open(map.nearest(...at(event)));
  };
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, lift);
  canvas.addEventListener("pointerleave", () => map.hover(null));
  for (const name of ["touchstart", "touchmove"]) {
    // One finger that moves up or down scrolls the page; two are for the map alone.
    canvas.addEventListener(name, (event) => { if (event.touches.length > 1) event.preventDefault(); }, { passive: false });
  }
  canvas.addEventListener("dblclick", (event) => map.zoom(1.5, ...at(event)));
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the wheel alone scrolls the page
    event.preventDefault();
    map.zoom(Math.exp(-event.deltaY / 200), ...at(event));
  }, { passive: false });

  // --- Keys: they move the map under its middle, and open what lies there.
  const aimed = () => map.nearest(canvas.clientWidth / 2, canvas.clientHeight / 2, REACH);
  const look = () => {
    const before = map.hovered;
    map.hover(aimed());
    map.refresh();
    const name = map.hovered?.title ?? map.hovered?.name;
    if (name && map.hovered !== before) document.dispatchEvent(new CustomEvent("papertrail:say", { detail: name }));
  };
  const keys = {
    ArrowLeft: () => map.pan(STEP, 0),
    ArrowRight: () => map.pan(-STEP, 0),
    ArrowUp: () => map.pan(0, STEP),
    ArrowDown: () => map.pan(0, -STEP),
    "+": () => map.zoom(1.5),
    "=": () => map.zoom(1.5),
    "-": () => map.zoom(1 / 1.5),
    0: () => map.zoom(0),
    Enter: () => map.open(aimed()),
  };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    map.aiming = true;
    keys[event.key]();
    look();
  });
  canvas.addEventListener("focus", () => {
    map.aiming = canvas.matches(":focus-visible");
    if (map.aiming) look();
  });
  canvas.addEventListener("blur", () => {
    map.aiming = false;
    map.hover(null);
    map.refresh();
  });
};
