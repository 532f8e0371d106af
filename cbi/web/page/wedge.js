// A scanner that types, heard from anywhere on the page. It presses keys, and the keyboard's layout
// makes letters of them; which key was pressed (`event.code`) is the same under every layout.
const GAP_MS = 60;
const LEAST = 16;

export function keyOf(event) {
  const found = /^(?:Key([A-Z])|(?:Digit|Numpad)([0-9]))$/.exec(event.code);
  return found ? found[1] ?? found[2] : "";
}

// Tells `heard` each code that was scanned. What it returns says whether what is being entered now
// came as fast as a scanner types: one that ends with no Enter is known by that alone.
export function listen(target, heard) {
  let keys = [];
  let last = 0;
  let field = null;
  let before = "";
  target.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const now = event.timeStamp;
    if (now - last > GAP_MS) {
      keys = [];
      field = event.target instanceof HTMLInputElement ? event.target : null;
      before = field ? field.value : "";
    }
    last = now;
    if (event.code === "Enter" || event.code === "NumpadEnter" || event.code === "Tab") {
      if (keys.length >= LEAST) {
        event.preventDefault();
        event.stopPropagation();
        if (field) field.value = before;
        heard(keys.slice(-LEAST).join(""));
      }
      keys = [];
      return;
    }
    const key = keyOf(event);
    if (key) keys.push(key);
  }, true);
  return () => keys.length >= LEAST;
}
