/* global CKEDITOR */
"use strict";

// What our texts are made of, as buttons: headings, Do and Don’t lists, questions and answers, tables. The editor's own
// lists of formats and its menus open in a frame, which the content security policy refuses.
{
  const ENTER = 13;
  const around = (editor, names) => editor.elementPath()?.contains(names);
  const addButton = (editor, name, label, command) => {
    editor.addCommand(name, command);
    editor.ui.addButton(name, { label, command: name, toolbar: "leaflets" });
  };
  // A button that looks pressed, or cannot be pressed, as the place of the cursor has it.
  const follow = (editor, name, state) => editor.on("selectionChange", () => {
    if (!editor.readOnly) editor.getCommand(name).setState(state());
  });
  const pressed = (is) => (is ? CKEDITOR.TRISTATE_ON : CKEDITOR.TRISTATE_OFF);
  const possible = (is) => (is ? CKEDITOR.TRISTATE_OFF : CKEDITOR.TRISTATE_DISABLED);
  const putCursor = (editor, element) => {
    const range = editor.createRange();
    range.moveToElementEditStart(element);
    range.select();
    element.scrollIntoView();
  };
  const made = (editor, name) => {
    const element = editor.document.createElement(name);
    element.appendBogus();
    return element;
  };

  CKEDITOR.plugins.add("headings", {
    init(editor) {
      // An empty line is not how our texts make room.
      editor.on("instanceReady", () => editor.dataProcessor.htmlFilter.addRules({
        elements: { p: (element) => /^(&nbsp;|\s|<br \/>)*$/.test(element.getHtml()) ? false : undefined },
      }));
      for (const [name, label] of [["h3", "Heading"], ["h4", "Smaller heading"]]) {
        const style = new CKEDITOR.style({ element: name });
        addButton(editor, name, label, new CKEDITOR.styleCommand(style, { contextSensitive: true }));
        editor.attachStyleStateChange(style, (state) => !editor.readOnly && editor.getCommand(name).setState(state));
      }
    },
  });

  CKEDITOR.plugins.add("advice", {
    requires: "list",
    init(editor) {
      // The editor's own command would join what it makes to the list above: a Don’t to the Do.
      const makeList = () => {
        const selection = editor.getSelection();
        const places = selection.createBookmarks();
        const iterator = selection.getRanges()[0].createIterator();
        iterator.enforceRealBlocks = true;
        const list = editor.document.createElement("ul");
        for (let block = iterator.getNextParagraph(); block; block = iterator.getNextParagraph()) {
          if (!list.getParent()) list.insertBefore(block);
          const item = editor.document.createElement("li");
          block.moveChildren(item);
          list.append(item);
          block.remove();
        }
        selection.selectBookmarks(places);
        return list;
      };
      for (const [name, other, label] of [["do", "dont", "Do list"], ["dont", "do", "Don’t list"]]) {
        addButton(editor, name, label, {
          exec() {
            const list = around(editor, { ul: 1, ol: 1 });
            if (list?.hasClass(name)) editor.execCommand("bulletedlist");
            else {
              list?.renameNode("ul");
              (list || makeList()).removeClass(other).addClass(name);
            }
            editor.selectionChange(true);
          },
        });
        follow(editor, name, () => (around(editor, "dl") ? possible(false) : pressed(around(editor, "ul")?.hasClass(name))));
      }
    },
  });

  CKEDITOR.plugins.add("questions", {
    init(editor) {
      const emptied = (element) => !element.getText().replace(/[\u200b\s]/g, "");
      const addPair = (after) => {
        const [question, answer] = [made(editor, "dt"), made(editor, "dd")];
        answer.insertAfter(after);
        question.insertAfter(after);
        return question;
      };
      const leave = (list, ...rows) => {
        const paragraph = made(editor, "p");
        paragraph.insertAfter(list);
        rows.forEach((row) => row?.remove());
        if (emptied(list)) list.remove();
        putCursor(editor, paragraph);
      };
      addButton(editor, "questions", "Questions and answers", {
        exec() {
          const inside = around(editor, { dt: 1, dd: 1 });
          if (inside) {
            putCursor(editor, addPair(inside.is("dt") && inside.getNext()?.is?.("dd") ? inside.getNext() : inside));
            return;
          }
          const block = editor.elementPath().block;
          const list = editor.document.createElement("dl");
          const question = made(editor, "dt");
          list.append(question);
          list.append(made(editor, "dd"));
          if (block && block.is("p", "h3", "h4") && block.getParent().equals(editor.editable())) {
            list.insertAfter(block);
            // What stood there becomes the question.
            if (!emptied(block)) question.setHtml(block.getHtml());
            block.remove();
          } else editor.insertElement(list);
          putCursor(editor, question);
        },
      });
      follow(editor, "questions", () => pressed(around(editor, "dl")));
      // Enter leads from a question to its answer, from there to the next question, and from an empty question out.
      editor.on("key", (event) => {
        const row = event.data.keyCode === ENTER && around(editor, { dt: 1, dd: 1 });
        if (!row || !editor.getSelection().getRanges()[0]?.collapsed) return;
        event.cancel();
        editor.fire("saveSnapshot");
        const next = row.getNext((node) => node.type === CKEDITOR.NODE_ELEMENT);
        if (row.is("dt") && emptied(row)) leave(row.getParent(), row, next?.is("dd") && emptied(next) ? next : null);
        else if (row.is("dd")) putCursor(editor, addPair(row));
        else {
          const answer = next?.is("dd") ? next : made(editor, "dd").insertAfter(row);
          putCursor(editor, next?.is("dd") ? next : answer);
        }
        editor.fire("saveSnapshot");
      });
    },
  });

  CKEDITOR.plugins.add("tables", {
    requires: "table",
    init(editor) {
      const cellHere = () => around(editor, { td: 1, th: 1 })?.$;
      const isPlain = (cell) => cell && !cell.closest("table").querySelector("[colspan], [rowspan]");
      const empty = (cell, name = cell.localName) => {
        const copy = document.createElement(name);
        if (name === "th" && cell.scope) copy.scope = cell.scope;
        copy.append(document.createElement("br"));
        return copy;
      };
      const rowsOf = (cell) => [...cell.closest("table").rows];
      const column = (cell) => rowsOf(cell).map((row) => row.cells[cell.cellIndex]).filter(Boolean);
      const addRow = (cell) => {
        const row = document.createElement("tr");
        const head = cell.closest("thead");
        for (const each of cell.parentNode.cells) row.append(empty(each, head ? "td" : each.localName));
        if (head) (cell.closest("table").tBodies[0] || cell.closest("table").createTBody()).prepend(row);
        else cell.parentNode.after(row);
        return row.cells[cell.cellIndex];
      };
      const addColumn = (cell) => {
        let beside = null;
        for (const each of column(cell)) {
          // Beside the heading of a row stands what it is the heading of.
          const copy = empty(each, each.scope === "row" ? "td" : each.localName);
          each.after(copy);
          if (each === cell) beside = copy;
        }
        return beside;
      };
      const takeAway = (cells) => {
        const table = cells[0].closest("table");
        const stays = [...table.querySelectorAll("td, th")].find((each) => !cells.includes(each));
        cells.forEach((each) => each.remove());
        [...table.querySelectorAll("tr, thead, tbody")].filter((each) => !each.querySelector("td, th")).forEach((each) => each.remove());
        if (stays) return stays;
        const paragraph = made(editor, "p");
        paragraph.insertAfter(new CKEDITOR.dom.element(table));
        table.remove();
        return paragraph.$;
      };
      const commands = [
        ["row", "Add a row below", addRow],
        ["column", "Add a column to the right", addColumn],
        ["norow", "Remove the row", (cell) => takeAway([...cell.parentNode.cells])],
        ["nocolumn", "Remove the column", (cell) => takeAway(column(cell))],
      ];
      for (const [name, label, act] of commands) {
        addButton(editor, name, label, {
          startDisabled: true,
          exec: () => isPlain(cellHere()) && putCursor(editor, new CKEDITOR.dom.element(act(cellHere()))),
        });
        follow(editor, name, () => possible(isPlain(cellHere())));
      }
      // In a table the button leads to its caption and headers, else to a new one.
      editor.ui.addButton("table", { label: "Table, with its caption and headers", command: "tableHere", toolbar: "leaflets" });
      editor.addCommand("tableHere", {
        canUndo: false,
        exec: () => editor.execCommand(around(editor, "table") ? "tableProperties" : "table"),
      });
    },
  });
  // A new table is given a header row: without one, nobody who listens knows what a cell is about.
  CKEDITOR.on("dialogDefinition", ({ data }) => {
    if (data.name === "table") data.definition.getContents("info").get("selHeaders").default = "row";
  });
}
