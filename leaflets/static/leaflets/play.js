"use strict";

// Puts a provider's player in the place of a still once the patient asks for the video. Until then nothing is asked of
// the provider. Without script, the still is a link with the same words.
for (const link of document.querySelectorAll("a[data-player]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = link.className;
  button.lang = link.lang;
  button.setAttribute("aria-describedby", link.getAttribute("aria-describedby"));
  button.append(...link.childNodes);
  button.addEventListener("click", () => {
    const frame = document.createElement("iframe");
    frame.title = link.dataset.title;
    frame.allow = "fullscreen";
    // The provider asks which site it is on; which page of it, it is not told.
    frame.referrerPolicy = "strict-origin";
    // What comes is a page of another process: the focus that the frame has must be handed on to it.
    frame.addEventListener("load", () => document.activeElement === frame && frame.contentWindow.focus(), { once: true });
    frame.src = link.dataset.player;
    // Should the player not come, the way to the video stays.
    link.textContent = button.textContent.trim();
    link.className = "";
    button.replaceWith(frame, link);
    frame.focus();
  });
  link.replaceWith(button);
}
