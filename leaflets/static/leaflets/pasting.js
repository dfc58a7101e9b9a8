/* global CKEDITOR */
"use strict";

// What is pasted becomes what our texts are made of, and what is left out is said. The editor's own filters have made
// lists of Word's paragraphs by then; its allowed content, and nh3 on the server, still hold for all that comes out here.
{
  const BLOCKS = new Set(
    ("address article aside blockquote body center details dialog div fieldset figcaption figure footer form header " +
      "hgroup main nav pre search section summary p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr td th hr").split(" "),
  );
  const LEFT_OUT = [
    ["img, picture:not(:has(img)), svg, canvas, object[type^='image']", "picture"],
    ["iframe, frame, embed, object:not([type^='image'])", "frame"],
    ["video, audio", "video or sound"],
    ["input:not([type=hidden]), select, textarea", "form field"],
    ["s, strike, del", "line through words (the words are kept)", "lines through words (the words are kept)"],
    ["ol[start]:not([start='1']), ol[reversed]", "list that did not begin with 1", "lists that did not begin with 1"],
  ];
  const ALLOWED = /^(https:|tel:|mailto:)/i;
  const KEPT = { a: ["href"], th: ["scope", "colspan", "rowspan"], td: ["colspan", "rowspan"] };
  const RENAMED = { h1: "h3", h2: "h3", h5: "h4", h6: "h4", b: "strong", i: "em", tfoot: "tbody" };

  const parsed = (html) => new DOMParser().parseFromString(html, "text/html");
  const isDark = (colour) => {
    const parts = (colour.match(/\d+/g) || []).map(Number);
    return /^(black|windowtext|inherit|initial|unset|currentcolor|transparent|auto)$/i.test(colour)
      || (/^rgb/.test(colour) && (parts[3] === 0 || Math.max(...parts.slice(0, 3)) < 80));
  };
  const isLight = (colour) => /^(white|transparent|inherit|initial|unset|none)$/i.test(colour)
    || (/^rgb/.test(colour) && ((colour.match(/[\d.]+/g) || [])[3] === "0" || Math.min(...colour.match(/\d+/g).slice(0, 3)) > 245));
  const coloursIn = (page) => {
    const found = new Set();
    for (const element of page.body.querySelectorAll("[style], [color], [bgcolor]")) {
      const colour = element.style.color || element.getAttribute("color") || "";
      const ground = element.style.backgroundColor || element.getAttribute("bgcolor") || "";
      if (colour && !isDark(colour)) found.add(colour);
      if (ground && !isLight(ground)) found.add(ground);
    }
    return found.size;
  };
  const counted = (number, one, many = `${one}s`) => number ? [`${number} ${number === 1 ? one : many}`] : [];
  const leftOutOf = (html) => {
    const page = parsed(html);
    const links = [...page.querySelectorAll("a[href]")].filter((link) => !ALLOWED.test(link.getAttribute("href").trim()) && link.textContent.trim());
    return [
      ...LEFT_OUT.flatMap(([what, ...words]) => counted(page.querySelectorAll(what).length, ...words)),
      ...counted(coloursIn(page), "colour"),
      ...counted(links.length, "link that does not begin with https://, tel: or mailto: (its words are kept)",
        "links that do not begin with https://, tel: or mailto: (their words are kept)"),
    ];
  };

  const unwrap = (element) => element.replaceWith(...element.childNodes);
  const rename = (element, name) => {
    const other = element.ownerDocument.createElement(name);
    for (const { name: attribute, value } of element.attributes) other.setAttribute(attribute, value);
    other.append(...element.childNodes);
    element.replaceWith(other);
    return other;
  };
  const wrap = (element, name) => {
    const inside = element.ownerDocument.createElement(name);
    inside.append(...element.childNodes);
    element.append(inside);
  };
  const hasBlocks = (element) => [...element.children].some((child) => BLOCKS.has(child.localName) || hasBlocks(child));
  const isBlank = (element) => !element.textContent.replace(/[\s\u00a0\u200b]/g, "") && !element.querySelector("td, th");

  const emphasise = (body) => {
    for (const element of body.querySelectorAll("span, b, i, font")) {
      const { fontWeight, fontStyle, verticalAlign } = element.style;
      const inHeading = element.closest("h1, h2, h3, h4, h5, h6, th, dt");
      if (/^(bold|[6-9]00)/.test(fontWeight) && element.localName !== "b" && !inHeading) wrap(element, "strong");
      if (fontStyle === "italic" && element.localName !== "i") wrap(element, "em");
      if (verticalAlign === "super") wrap(element, "sup");
      if (verticalAlign === "sub") wrap(element, "sub");
      // Google Docs wraps all that it copies into a b that is not bold.
      if (element.localName === "b" && (/^(normal|400)/.test(fontWeight) || hasBlocks(element) || inHeading)) unwrap(element);
    }
  };
  const keepAddress = (link) => {
    const address = (link.getAttribute("href") || "").trim();
    if (ALLOWED.test(address)) {
      link.setAttribute("href", address);
      return;
    }
    if (/^http:/i.test(address) && link.textContent.trim()) link.append(` [${address}]`);
    unwrap(link);
  };
  // Words that stand loose between blocks become paragraphs.
  const gather = (element) => {
    let paragraph = null;
    for (const node of [...element.childNodes]) {
      if (!paragraph && node.localName === "br") node.remove();
      else if (node.nodeType === 1 && (BLOCKS.has(node.localName) || hasBlocks(node))) paragraph = null;
      else if (paragraph) paragraph.append(node);
      else if (node.nodeType === 1 || node.data?.trim()) {
        paragraph = element.ownerDocument.createElement("p");
        node.replaceWith(paragraph);
        paragraph.append(node);
      }
    }
  };
  const breakLines = (text) => {
    const lines = text.data.replace(/\n$/, "").split("\n");
    text.replaceWith(...lines.flatMap((line, place) => (place ? [text.ownerDocument.createElement("br"), line] : [line])));
  };
  const textsIn = (element, what = NodeFilter.SHOW_TEXT) => {
    const walker = element.ownerDocument.createTreeWalker(element, what);
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  };
  const settle = (body) => {
    body.querySelectorAll("pre").forEach((box) => textsIn(box).forEach(breakLines));
    const boxes = "address, article, aside, blockquote, center, details, dialog, div, fieldset, figcaption, figure, footer, form, " +
      "header, hgroup, main, nav, pre, search, section, summary";
    // The innermost first.
    for (const box of [...body.querySelectorAll(boxes)].reverse()) {
      if (box.parentNode.closest("p, h1, h2, h3, h4, h5, h6")) box.append(" ");
      if (!hasBlocks(box)) rename(box, box.parentNode.closest("p, h1, h2, h3, h4, h5, h6") ? "span" : "p");
      else {
        gather(box);
        unwrap(box);
      }
    }
    // A single paragraph in a list item or a cell is no paragraph.
    for (const paragraph of body.querySelectorAll(":is(li, td, th, dt, dd) > p")) {
      const alone = [...paragraph.parentNode.childNodes].every(
        (node) => node === paragraph || (node.nodeType === 3 && !node.data.trim()) || /^[uo]l$/.test(node.localName || ""),
      );
      if (alone) unwrap(paragraph);
    }
  };
  const clean = (html) => {
    const { body } = parsed(html);
    const gone = "style, script, noscript, template, meta, link, title, hr, img, picture, svg, canvas, iframe, frame, embed, object, video, audio, " +
      "input, select, textarea, [aria-hidden=true]:empty";
    body.querySelectorAll(gone).forEach((element) => element.remove());
    textsIn(body, NodeFilter.SHOW_COMMENT).forEach((comment) => comment.remove());
    emphasise(body);
    body.querySelectorAll("a").forEach(keepAddress);
    settle(body);
    for (const [name, other] of Object.entries(RENAMED)) body.querySelectorAll(name).forEach((element) => rename(element, other));
    for (const element of body.querySelectorAll("*")) {
      for (const { name } of [...element.attributes]) if (!KEPT[element.localName]?.includes(name)) element.removeAttribute(name);
    }
    body.querySelectorAll("span, font, u, s, del, ins, strike, small, big, mark, label, code, o\\:p, abbr, time, colgroup, col").forEach(unwrap);
    if (hasBlocks(body)) gather(body);
    [...body.querySelectorAll("p, h3, h4, li, ul, ol, dl, table, strong, em, a, sup, sub")].reverse().filter(isBlank).forEach(
      (element) => (element.matches("strong, em, a, sup, sub") ? unwrap(element) : element.remove()),
    );
    return body.innerHTML;
  };

  CKEDITOR.plugins.add("pasting", {
    requires: "clipboard,pastetools",
    init(editor) {
      const notice = document.createElement("p");
      notice.className = "left-out";
      notice.setAttribute("role", "status");
      editor.on("instanceReady", () => editor.container.$.after(notice));
      const say = (things) => {
        notice.textContent = things.length ? `Left out of what you pasted: ${things.join(", ")}.` : "";
      };
      // Before the editor's own filters, which take away what is to be counted; and before it reads the clipboard.
      editor.on("paste", (event) => {
        const { dataTransfer, dataValue } = event.data;
        if (dataValue || !dataTransfer) return;
        const pictures = dataTransfer.getFilesCount();
        if (!pictures || dataTransfer.getData("text/html") || dataTransfer.getData("text/plain")) return;
        say(counted(pictures, "picture or file", "pictures or files"));
        event.cancel();
      }, null, null, 0);
      editor.on("paste", (event) => {
        const { dataTransfer, dataValue, type } = event.data;
        const internal = dataTransfer.getTransferType(editor) !== CKEDITOR.DATA_TRANSFER_EXTERNAL;
        event.data.leftOut = internal || type === "text" ? [] : leftOutOf(dataTransfer.getData("text/html", true) || dataValue || "");
        event.data.toClean = !internal && type !== "text";
      }, null, null, 2);
      editor.on("paste", (event) => {
        say(event.data.leftOut || []);
        if (!event.data.toClean) return;
        event.data.dataValue = clean(event.data.dataValue);
        event.data.dontFilter = true;
      }, null, null, 5);
    },
  });
}
