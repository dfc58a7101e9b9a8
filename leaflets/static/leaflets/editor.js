/* global CKEDITOR */
"use strict";

// The old editor wires its buttons with attributes such as onclick="CKEDITOR.tools.callFunction(9,this);return false;".
// The content security policy refuses all such attributes, and should. These listeners do what exactly that form of
// attribute asks, and nothing that any other one asks.
{
  const CALL = /^(?:return )?CKEDITOR\.tools\.callFunction\((\d+)((?:, ?(?:this|event))*)\);?(?: ?return false;?)?$/;
  const carryOut = (event) => {
    for (let element = event.target; element instanceof Element; element = element.parentElement) {
      if (!element.closest(".cke")) return;
      const asked = (element.getAttribute(`on${event.type}`) || "").trim();
      const call = CALL.exec(asked);
      const given = call ? call[2].split(",").slice(1).map((name) => (name.trim() === "this" ? element : event)) : [];
      const answer = call ? CKEDITOR.tools.callFunction(Number(call[1]), ...given) : undefined;
      if (answer === false || asked.endsWith("return false;")) event.preventDefault();
      if (asked) return;
    }
  };
  for (const type of ["click", "focus", "keydown", "mousedown"]) document.addEventListener(type, carryOut, true);
}

// An editor is made when its field is about to be seen: twenty at once keep a slow machine busy for seconds. Until then
// the field holds the text as it is, and that is what is sent.
addEventListener("DOMContentLoaded", () => {
  const make = (field) => {
    near.unobserve(field);
    const startupFocus = document.activeElement === field;
    CKEDITOR.replace(field.id, { ...JSON.parse(field.dataset.config), startupFocus });
  };
  const near = new IntersectionObserver(
    (seen) => seen.filter((entry) => entry.isIntersecting).forEach((entry) => make(entry.target)),
    { rootMargin: "1500px" },
  );
  for (const field of document.querySelectorAll("textarea[data-type=ckeditortype]")) {
    if (field.id.includes("__prefix__")) continue;
    // The script that comes with the editor makes those that are marked 0, and does so after this.
    field.dataset.processed = "1";
    near.observe(field);
  }
}, { capture: true });
