"use strict";

// Shows the leaflets that hold what is typed. It only hides the others: nothing leaves the page.
{
  const field = document.getElementById("filter");
  const told = document.getElementById("found");
  const letters = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const parts = [...document.querySelectorAll(".body-part")];
  const show = () => {
    const words = letters(field.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const part of parts) {
      const heading = letters(part.querySelector("h2").textContent);
      let left = 0;
      for (const leaflet of part.querySelectorAll("li")) {
        const text = `${heading} ${letters(leaflet.textContent)}`;
        leaflet.hidden = !words.every((word) => text.includes(word));
        left += leaflet.hidden ? 0 : 1;
      }
      part.hidden = left === 0;
      found += left;
    }
    told.textContent = words.length ? `${found} ${found === 1 ? "leaflet" : "leaflets"} found` : "";
  };
  field.addEventListener("input", show);
  // A browser that comes back to this page puts back what was typed.
  addEventListener("pageshow", show);
  document.getElementById("filtering").hidden = false;
}
