// What the page keeps on the device: whose till it is, the list it was given, what it took without
// a connection. A write is told only once the device has it for good.
const NAME = "cbi-till";
let opening = null;

function opened() {
  opening ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const base = asked.result;
      base.createObjectStore("kept");
      base.createObjectStore("spent");
      base.createObjectStore("claims", { keyPath: "number", autoIncrement: true })
        .createIndex("request", "request", { unique: true });
    };
    asked.onsuccess = () => {
      const base = asked.result;
      base.onversionchange = () => { base.close(); opening = null; };
      base.onclose = () => { opening = null; }; // somebody cleared what the browser keeps
      done(base);
    };
    asked.onerror = () => { opening = null; failed(asked.error); };
  });
  return opening;
}

async function within(mode, work) {
  const base = await opened();
  return new Promise((done, failed) => {
    const doing = base.transaction(["kept", "spent", "claims"], mode, { durability: "strict" });
    let told;
    doing.oncomplete = () => done(told?.result);
    doing.onabort = () => failed(doing.error);
    doing.onerror = () => failed(doing.error);
    told = work(doing);
  });
}

export const kept = (name) => within("readonly", (doing) => doing.objectStore("kept").get(name));

export const keep = (name, value) => within("readwrite", (doing) => {
  doing.objectStore("kept").put(value, name);
});

export const forget = (name) => within("readwrite", (doing) => {
  doing.objectStore("kept").delete(name);
});

// In the order in which they were taken.
export const claims = () => within("readonly", (doing) => doing.objectStore("claims").getAll());

// Refused if this request was kept before: nothing is taken twice under one name.
export const addClaim = (claim) => within("readwrite", (doing) => (
  doing.objectStore("claims").add(claim)
));

export const putClaim = (claim) => within("readwrite", (doing) => {
  doing.objectStore("claims").put(claim);
});

export const dropClaims = (numbers) => within("readwrite", (doing) => {
  for (const number of numbers) doing.objectStore("claims").delete(number);
});

// What was left on a voucher after this till redeemed it online: a list made before knows nothing
// of it.
export const noteSpent = (name, left, at) => within("readwrite", (doing) => {
  doing.objectStore("spent").put({ left, at }, name);
});

export const spent = (name) => within("readonly", (doing) => doing.objectStore("spent").get(name));

// A new list in place of the old one; what was spent before it was asked for, it knows.
export const replaceList = (list) => within("readwrite", (doing) => {
  doing.objectStore("kept").put(list, "list");
  doing.objectStore("kept").put(list.asked_at, "high");
  doing.objectStore("spent").openCursor().onsuccess = (event) => {
    const found = event.target.result;
    if (!found) return;
    if (found.value.at < list.asked_at) found.delete();
    found.continue();
  };
});
