"use strict";

// Keeps each leaflet that was opened, with its check and exercises, for when there is no signal. While there is one,
// every page comes from the site: what was withdrawn or replaced is never shown from here. It leaves all else alone.
const KEPT = "leaflets";
const MOST = 20;
const NO_SIGNAL = "No signal. This page was kept on {when}, and may have been changed or withdrawn since.";
const PAGE = /^\/([a-z0-9-]+)\/(?:check\/|exercises\/)?$/;
const NO_LEAFLETS = new Set(["admin", "static", "media", "e", "privacy", "accessibility", "forget"]);

const slugOf = (path) => {
  const [, slug] = PAGE.exec(path) || [];
  return slug && !NO_LEAFLETS.has(slug) ? slug : null;
};
const pagesOf = (slug) => ["", "check/", "exercises/"].map((page) => `/${slug}/${page}`);

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => {
  const slug = slugOf(event.data.path);
  if (slug) event.waitUntil(keep(slug, event.data.styles));
});
addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  const page = event.request.mode === "navigate" && slugOf(pathname);
  if (page) event.respondWith(fetch(event.request).then((found) => movedOn(found, page), () => withoutSignal(pathname)));
  else if (event.request.destination === "style") event.respondWith(styled(event.request));
});

// All pages of a leaflet or none, so that a check is never of another edition than its leaflet.
async function keep(slug, styles) {
  const cache = await caches.open(KEPT);
  const first = await fetch(`/${slug}/`, { cache: "no-cache" });
  if (!first.ok) return forget(cache, slug);
  const kept = await cache.match(`/${slug}/`);
  const same = kept && kept.headers.get("ETag") === first.headers.get("ETag");
  const pages = await Promise.all(pagesOf(slug).map((path) => (same ? cache.match(path) : fetch(path, { cache: "no-cache" }))));
  if (!pages.every((page) => page && page.ok)) return forget(cache, slug);
  const at = new Date().toISOString();
  await Promise.all(pages.map(async (page, place) => {
    const headers = new Headers(page.headers);
    headers.set("X-Kept-At", at);
    await cache.put(pagesOf(slug)[place], new Response(await page.text(), { headers }));
  }));
  await Promise.all(styles.map(async (style) => (await cache.match(style)) || cache.add(style)));
  await forgetOldest(cache);
}

// An address that leads to another one now: what was kept under it says what a leaflet said before it moved.
async function movedOn(found, slug) {
  if (found.type === "opaqueredirect") await forget(await caches.open(KEPT), slug);
  return found;
}

const forget = (cache, slug) => Promise.all(pagesOf(slug).map((path) => cache.delete(path)));

async function forgetOldest(cache) {
  const requests = await cache.keys();
  const slugs = new Set(requests.map((request) => slugOf(new URL(request.url).pathname)).filter(Boolean));
  const ages = await Promise.all([...slugs].map(async (slug) => {
    const page = await cache.match(`/${slug}/`);
    return [page ? page.headers.get("X-Kept-At") : "", slug];
  }));
  await Promise.all(ages.sort().slice(0, -MOST).map(([, slug]) => forget(cache, slug)));
}

async function styled(request) {
  const cache = await caches.open(KEPT);
  return fetch(request).catch(async () => (await cache.match(request)) || Response.error());
}

async function withoutSignal(path) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(path);
  if (!kept) return Response.error();
  const text = await kept.text();
  // A page in another language than English brings the words along.
  const [, lang = "en-GB", words = NO_SIGNAL] = /<meta name="no-signal" lang="([^"]*)" content="([^"]*)">/.exec(text) || [];
  const at = new Date(kept.headers.get("X-Kept-At"));
  const when = at.toLocaleString(lang, { dateStyle: "long", timeStyle: "short", numberingSystem: "latn" });
  const told = `<div class="preview" role="region" aria-label="${words.split(".")[0]}" lang="${lang}">` +
    `<p class="container">${words.replace("{when}", when)}</p></div>`;
  return new Response(text.replace(/<body[^>]*>/, (body) => body + told), { headers: kept.headers });
}
