/* global django */
"use strict";

// The list that one searches in takes the place of a select, and what shows its choice has no name of its own to be heard.
{
  const name = () => {
    for (const shown of document.querySelectorAll(".select2-selection__rendered:not([aria-label])")) {
      const select = shown.closest(".select2")?.previousElementSibling;
      const said = select?.getAttribute("aria-label") || select?.labels?.[0]?.textContent;
      if (said) shown.setAttribute("aria-label", said.trim().replace(/:$/, ""));
    }
  };
  // After what is ready makes the lists, which may be later than this event.
  addEventListener("load", () => django.jQuery(name));
  document.addEventListener("formset:added", () => setTimeout(name));
}
