"use strict";

// Rows with an order: moved by buttons or by dragging. What is sent is still the number in each row's field, which
// alone would do without this script.
{
  const FIELDS = 'textarea, select, input[type="text"], input[type="url"], input[type="number"], input[type="file"]';
  const numberOf = (row) => row.querySelector('input[name$="-position"]');
  const isDeleted = (row) => Boolean(row.querySelector('input[name$="-DELETE"]:checked'));
  const wordsIn = (row) => [...row.querySelectorAll(FIELDS)].filter((field) => field !== numberOf(row));
  const isNew = (row) => !row.classList.contains("has_original");
  // A new row that nobody wrote in is not sent: a number alone would make it a row that lacks its words.
  const isEmpty = (row) => {
    const template = row.parentNode.querySelector(":scope > .empty-form");
    const blank = template ? wordsIn(template) : [];
    return isNew(row) && wordsIn(row).every((field, place) => field.value === (blank[place]?.value || ""));
  };
  const indexOf = (row) => Number(row.id.slice(row.id.lastIndexOf("-") + 1));
  const live = document.createElement("p");
  live.className = "ordering-said";
  live.setAttribute("role", "status");

  const rowsOf = (group) => [...group.querySelectorAll("tr.form-row, .inline-related:not(.tabular)")].filter(
    (row) => !row.classList.contains("empty-form") && numberOf(row),
  );
  const movable = (group) => rowsOf(group).filter((row) => !isDeleted(row));

  const nameOf = (row) => {
    const [first] = wordsIn(row);
    const said = first && (first.tagName === "SELECT" ? first.selectedOptions[0]?.text : first.value);
    const words = (said || "").replace(/\s+/g, " ").trim();
    if (!words || (first.tagName === "SELECT" && !first.value)) return "the new row";
    return `“${words.length > 60 ? `${words.slice(0, 57)}…` : words}”`;
  };
  const capital = (words) => words[0].toUpperCase() + words.slice(1);

  const write = (group) => {
    let place = 0;
    for (const row of movable(group)) {
      const field = numberOf(row);
      const number = isEmpty(row) ? "" : String((place += 1));
      if (field.value === number) continue;
      field.value = number;
      field.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: "ordering" }));
    }
  };

  // What belongs to a row: itself, and the line of errors above it.
  const withErrors = (row) => {
    const above = row.previousElementSibling;
    return above && above.classList.contains("row-form-errors") ? [above, row] : [row];
  };
  const arrange = (group, wanted) => {
    const rows = rowsOf(group);
    if (wanted.every((row, place) => row === rows[place])) return;
    const after = rows[rows.length - 1].nextElementSibling;
    for (const row of wanted) for (const part of withErrors(row)) after ? after.before(part) : row.parentNode.append(part);
  };
  const byNumber = (group) => {
    const number = (row) => Number(numberOf(row).value || Infinity);
    arrange(group, rowsOf(group).sort((one, other) => (number(one) > number(other)) - (number(one) < number(other))));
  };

  // Its neighbour moves, never the row itself: so the row keeps the focus and the pointer.
  const step = (group, row, by) => {
    const rows = movable(group);
    const place = rows.indexOf(row);
    const neighbour = rows[place + by];
    if (place < 0 || !neighbour) return false;
    if (by < 0) row.after(...withErrors(neighbour));
    else withErrors(row)[0].before(...withErrors(neighbour));
    write(group);
    label(group);
    return true;
  };
  const say = (group, row) => {
    const rows = movable(group).filter((each) => each === row || !isEmpty(each));
    live.textContent = `${capital(nameOf(row))} is now ${rows.indexOf(row) + 1} of ${rows.length}. Save to keep it there.`;
  };

  const label = (group) => {
    const rows = movable(group);
    for (const row of rowsOf(group)) {
      const place = rows.indexOf(row);
      for (const button of row.querySelectorAll(".ordering button")) {
        const up = button.dataset.by === "-1";
        const words = `Move ${nameOf(row)} ${up ? "up" : "down"}`;
        const end = place < 0 || (up ? place === 0 : place === rows.length - 1);
        button.setAttribute("aria-label", words);
        button.title = words;
        button.setAttribute("aria-disabled", String(end));
      }
    }
  };

  const press = (group, row, by) => {
    if (step(group, row, by)) say(group, row);
    else live.textContent = `${capital(nameOf(row))} is ${by < 0 ? "first" : "last"} already.`;
    row.scrollIntoView({ block: "nearest" });
  };

  const drag = (group, row, handle, start) => {
    handle.setPointerCapture(start.pointerId);
    row.classList.add("dragged");
    let moved = false;
    const follow = (event) => {
      const rows = movable(group);
      const place = rows.indexOf(row);
      const [above, below] = [rows[place - 1], rows[place + 1]].map((each) => each && each.getBoundingClientRect());
      const by = above && event.clientY < above.top + above.height / 2 ? -1
        : below && event.clientY > below.top + below.height / 2 ? 1 : 0;
      if (!by || !step(group, row, by)) return;
      moved = true;
      handle.scrollIntoView({ block: "nearest" });
    };
    const drop = () => {
      row.classList.remove("dragged");
      handle.removeEventListener("pointermove", follow);
      if (moved) say(group, row);
    };
    handle.addEventListener("pointermove", follow);
    handle.addEventListener("lostpointercapture", drop, { once: true });
  };

  // On a narrow screen a row is a card, and each cell says what it is.
  const headed = (row) => {
    const heads = row.matches("tr") ? row.closest("table").tHead.rows[0].cells : [];
    [...heads].forEach((head, place) => { row.cells[place].dataset.label = head.textContent.trim(); });
  };
  const equip = (group, row) => {
    headed(row);
    const controls = document.createElement("div");
    controls.className = "ordering";
    const handle = document.createElement("span");
    handle.className = "handle";
    handle.title = "Drag to move";
    handle.setAttribute("aria-hidden", "true");
    handle.textContent = "⠿";
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      drag(group, row, handle, event);
    });
    controls.append(handle);
    for (const [by, sign] of [[-1, "↑"], [1, "↓"]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.by = by;
      button.textContent = sign;
      button.addEventListener("click", () => press(group, row, by));
      controls.append(button);
    }
    const cell = row.matches("tr") ? numberOf(row).parentNode : null;
    if (cell) cell.append(controls);
    else row.querySelector("h3").after(controls);
  };

  const begin = (group) => {
    if (!numberOf(group)) return;
    group.classList.add("ordered");
    byNumber(group);
    for (const row of rowsOf(group)) equip(group, row);
    label(group);
    group.addEventListener("input", () => label(group));
    // A choice from a list that searches is told to nobody but jQuery.
    group.addEventListener("focusin", () => label(group));
    group.addEventListener("change", (event) => {
      if (event.detail === "ordering") return;
      if (event.target.name.endsWith("-position")) byNumber(group);
      label(group);
    });
    group.closest("form").addEventListener("submit", () => write(group));
  };

  const focusFirst = (row) => {
    const [first] = wordsIn(row);
    // A list that searches stands in the field's place in a moment: what makes it listens to the same event.
    if (first?.matches(".admin-autocomplete")) setTimeout(() => row.querySelector(".select2-selection")?.focus());
    else first?.focus();
  };
  const added = (event) => {
    const group = event.target.closest(".inline-group");
    if (group.classList.contains("ordered")) {
      equip(group, event.target);
      label(group);
    }
    focusFirst(event.target);
  };
  // The admin numbers the rows that are left by where they stand, and takes the first ones for those that are stored.
  const removed = (event) => {
    const group = document.getElementById(`${event.detail.formsetName}-group`);
    if (!group.classList.contains("ordered")) return;
    const wanted = rowsOf(group);
    arrange(group, rowsOf(group).sort((one, other) => indexOf(one) - indexOf(other)));
    queueMicrotask(() => {
      arrange(group, wanted);
      write(group);
      label(group);
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(live);
    document.querySelectorAll(".js-inline-admin-formset").forEach(begin);
    document.addEventListener("formset:added", added);
    document.addEventListener("formset:removed", removed);
  });
}
