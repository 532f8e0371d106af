// Keeps the page's own files on the device, all of one version, so that it opens without a
// connection. `SHELL`, their names and version, is put before this by the server. Nothing that is
// asked of the ledger passes here.
const PREFIX = "cbi-till-";
const CACHE = PREFIX + SHELL.version;
const FILES = new Set(SHELL.files);

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.files.map((path) => new Request(path, { cache: "reload" })));
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (!FILES.has(url.pathname)) return;
  event.respondWith((async () => {
    const kept = await (await caches.open(CACHE)).match(url.pathname);
    return kept ?? fetch(event.request);
  })());
});
