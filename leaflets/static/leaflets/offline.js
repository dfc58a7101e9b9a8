"use strict";

// Asks the browser to keep this leaflet, for when there is no signal (worker.js). Nothing on the page waits for it.
if ("serviceWorker" in navigator) {
  const policy = globalThis.trustedTypes?.createPolicy("offline", { createScriptURL: () => "/worker.js" });
  addEventListener("load", async () => {
    const address = policy ? policy.createScriptURL("") : "/worker.js";
    const styles = [...document.querySelectorAll('link[rel="stylesheet"]')].map((link) => link.href);
    try {
      await navigator.serviceWorker.register(address);
      const { active } = await navigator.serviceWorker.ready;
      active.postMessage({ path: location.pathname, styles });
    } catch {
      // A private window may refuse it. The page is here all the same.
    }
  });
}
