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

// Headings as buttons: the editor's own list of formats opens in a frame, which the policy refuses too.
CKEDITOR.plugins.add("headings", {
  init(editor) {
    for (const [name, label] of [["h3", "Heading"], ["h4", "Smaller heading"]]) {
      const style = new CKEDITOR.style({ element: name });
      editor.addCommand(name, new CKEDITOR.styleCommand(style, { contextSensitive: true }));
      editor.attachStyleStateChange(style, (state) => !editor.readOnly && editor.getCommand(name).setState(state));
      editor.ui.addButton(name, { label, command: name, toolbar: "headings" });
    }
  },
});
