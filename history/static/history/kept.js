"use strict";

// Keeps what is typed into a form of the admin in this browser until it is saved, and offers it when the form is opened
// again: after an expired sign-in, a crash, a closed tab, a server that was away.
//
// This is acceptable on a shared computer: what is kept are drafts of leaflets, which are meant for the public, never
// words about a patient; no password; it is offered to the same user name only, taken away on logging out, and after
// seven days in any case.
{
  const PREFIX = "kept/";
  const MOST_AGE = 7 * 24 * 60 * 60 * 1000;
  const FILES = "kept";
  const MOST_NAMED = 5;

  // What is kept: {at, sent, fields: [[name, text]], files: [name], changed: [name] if it is known}. Each visit to a form keeps its own.
  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

  const inFiles = (mode, act) =>
    new Promise((resolve, reject) => {
      const opening = indexedDB.open(FILES, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(FILES);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const change = opening.result.transaction(FILES, mode);
        const asked = act(change.objectStore(FILES));
        change.oncomplete = () => {
          opening.result.close();
          resolve(asked.result);
        };
        change.onerror = change.onabort = () => reject(change.error);
      };
    });
  const ofKey = (key) => IDBKeyRange.bound([key], [key, []]);
  const forget = (key) => {
    localStorage.removeItem(key);
    inFiles("readwrite", (store) => store.delete(ofKey(key))).catch(() => {});
  };
  const forgetAll = () => {
    keys().forEach((key) => localStorage.removeItem(key));
    sessionStorage.removeItem(PREFIX);
    indexedDB.deleteDatabase(FILES);
  };

  const element = (name, properties, ...inside) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...inside);
    return made;
  };
  const button = (words, act) => {
    const made = element("button", { type: "button", className: "button", textContent: words });
    made.addEventListener("click", act);
    return made;
  };
  const moment = (at) => new Date(at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });

  // A form that was saved has nothing left to offer, but what another tab still types: each open page holds a lock.
  const forgetSaved = async (key) => {
    const page = `${key.split("/").slice(0, 4).join("/")}/`;
    const { held = [], pending = [] } = (await navigator.locks?.query()) || {};
    const open = new Set([...held, ...pending].map((lock) => lock.name));
    keys().filter((each) => each.startsWith(page) && (each === key || !open.has(each))).forEach(forget);
  };

  // Which form on which page this is, for this person. Where to go afterwards is no part of it.
  const prefixOf = (place) => {
    const asked = new URLSearchParams(location.search);
    asked.delete("next");
    return `${PREFIX}${[place.dataset.kept, location.pathname, asked, place.dataset.page || ""].map(encodeURIComponent).join("/")}/`;
  };

  // All that a form would send, by name, in a form that can be compared. Of a file, that is its name.
  const valuesOf = (entries) => {
    const values = new Map();
    for (const [name, value] of entries) values.set(name, [...(values.get(name) || []), value.name ?? value]);
    for (const [name, all] of values) values.set(name, JSON.stringify(all));
    return values;
  };

  // Nobody types what a form says of itself, and the editor writes the same rich text in its own way.
  const OF_FORM = /^(version|opened|digests|put_back|_.*|.*(_FORMS|-id))$/;
  const asRead = (all = '[""]') => {
    if (!/<(p|ul|ol|dl|table|h\d)\b/.test(all)) return all;
    const bodies = JSON.parse(all).map((html) => new DOMParser().parseFromString(html, "text/html").body.innerHTML);
    return bodies.join().replace(/\s+/g, " ").replace(/ ?(<[^>]*>) ?/g, "$1");
  };
  const differing = (one, other) =>
    [...new Set([...one.keys(), ...other.keys()])].filter(
      (name) => !OF_FORM.test(name) && asRead(one.get(name)) !== asRead(other.get(name)),
    );

  class Keeper {
    constructor(place, taken) {
      this.place = place;
      this.form = place.closest("form");
      this.prefix = prefixOf(place);
      this.key = taken || `${this.prefix}${Date.now()}`;
      this.resumed = Boolean(taken);
      this.filled = "filled" in place.dataset;
      // Of a page that holds what was sent, only what was kept before tells what somebody typed.
      this.changed = this.filled ? read(this.key)?.changed : [];
      this.offers = place.appendChild(element("div", {}));
      navigator.locks?.request(this.key, () => new Promise(() => {})).catch(() => {});
      this.before = valuesOf(this.entries());
      this.listen();
    }

    listen() {
      const typed = (event) => {
        clearTimeout(this.soon);
        this.soon = setTimeout(() => this.keep(false), 500);
        if (event?.target?.type === "file") this.keepFiles(event.target);
      };
      for (const type of ["input", "change"]) this.form.addEventListener(type, typed);
      for (const type of ["formset:added", "formset:removed"]) document.addEventListener(type, typed);
      // What chooses by a search tells jQuery only.
      window.django?.jQuery?.(this.form).on("change", typed);
      const edit = (editor) => {
        // The editor writes the same text in its own way: that is not typing.
        if (this.before.has(editor.name)) this.before.set(editor.name, JSON.stringify([editor.getData()]));
        editor.on("change", typed);
      };
      Object.values(window.CKEDITOR?.instances || {}).filter((editor) => editor.status === "ready").forEach(edit);
      window.CKEDITOR?.on("instanceReady", ({ editor }) => edit(editor));
      this.form.addEventListener("submit", () => this.keep(true));
      window.addEventListener("pagehide", () => this.keep(this.sent));
      document.addEventListener("visibilitychange", () => document.hidden && this.keep(this.sent));
    }

    // Rows that wait to be added, the guard against forged requests and passwords are not what somebody typed.
    entries() {
      const held = (editor) => editor.element?.$.form === this.form && editor.status === "ready" && editor.updateElement();
      Object.values(window.CKEDITOR?.instances || {}).forEach(held);
      const secret = new Set([...this.form.querySelectorAll("[type=password], [autocomplete=one-time-code]")].map((field) => field.name));
      return [...new FormData(this.form)].filter(
        ([name]) => name !== "csrfmiddlewaretoken" && !name.includes("__prefix__") && !secret.has(name),
      );
    }

    // Whether anything is not as it was when the page opened: scripts of the admin tell of changes that are none.
    isTyped(entries) {
      const now = valuesOf(entries);
      return this.filled || now.size !== this.before.size || [...now].some(([name, all]) => this.before.get(name) !== all);
    }

    keep(sent) {
      const entries = this.entries();
      if (this.gone) return;
      clearTimeout(this.soon);
      this.sent = sent;
      if (!this.isTyped(entries)) {
        if (read(this.key)) forget(this.key);
        return;
      }
      const fields = entries.filter(([, value]) => typeof value === "string");
      const files = entries.filter(([, value]) => value instanceof File && value.name).map(([name]) => name);
      const changed = this.changed && [...this.changed, ...differing(this.before, valuesOf(entries))];
      try {
        localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), sent, fields, files, changed }));
        if (sent) sessionStorage.setItem(PREFIX, this.key);
      } catch {
        this.say("What you typed is too much to be kept in this browser. Save it soon.");
      }
    }

    keepFiles(field) {
      const [file] = field.files;
      const key = [this.key, field.name];
      inFiles("readwrite", (store) => (file ? store.put(file, key) : store.delete(key))).catch(() => {});
    }

    say(...inside) {
      const said = element("div", { className: "offer" }, ...inside);
      this.place.append(said);
      return said;
    }

    // This page holds what was sent or put back: nothing to offer, but a browser never sends back a file.
    async resume() {
      for (const name of read(this.key)?.files || []) await this.restore(this.key, name);
      this.keep(false);
    }

    async restore(key, name) {
      const field = this.form.elements[name];
      const file = await inFiles("readonly", (store) => store.get([key, name])).catch(() => null);
      if (!field) return;
      if (!file) {
        this.say(element("p", { textContent: "A file that you chose could not be kept: choose it again." }));
        return;
      }
      const held = new DataTransfer();
      held.items.add(file);
      field.files = held.files;
      this.say(element("p", { textContent: `The file ${file.name} that you chose is still here.` }));
      if (key !== this.key) this.keepFiles(field);
    }

    // The fields that somebody typed into and that stand otherwise in the form now.
    differing({ fields, files, changed }) {
      const names = differing(valuesOf(fields), this.before);
      return [...names.filter((name) => !changed || changed.includes(name)), ...files];
    }

    // "What to do", or of a row which it is: "red flag 3", even if the form has no such row now.
    inWords(name) {
      const find = (each) => this.form.querySelector(`[name="${CSS.escape(each)}"]`);
      const [, row] = name.match(/-(\d+)-/) || [];
      const field = find(name);
      const said = (field || find(name.replace(/-\d+-/, "-__prefix__-")))?.getAttribute("aria-label");
      if (said && row) return `${said.split(": ").pop()}${field ? "" : ` ${Number(row) + 1}`}`;
      return (said || field?.labels?.[0]?.textContent || name.replace(/[-_]/g, " ")).trim().replace(/:$/, "");
    }

    // The newest is open, and the older ones are folded. What the form says too is dropped.
    showOffers() {
      const theirs = keys().filter((key) => key.startsWith(this.prefix) && key !== this.key);
      const all = theirs.map((key) => ({ key, kept: read(key), names: this.differing(read(key)) }));
      all.filter(({ names }) => !names.length).forEach(({ key }) => forget(key));
      const offered = all.filter(({ names }) => names.length).sort((one, other) => other.kept.at - one.kept.at);
      const [newest, ...older] = offered.map((each) => this.offer(each));
      const { open = false } = this.offers.querySelector("details") || {};
      const summary = element("summary", { textContent: `${older.length} older` });
      const folded = older.length ? [element("details", { open }, summary, ...older)] : [];
      this.offers.replaceChildren(...(newest ? [newest, ...folded] : []));
    }

    offer({ key, kept, names }) {
      const said = kept.sent
        ? `You sent this on ${moment(kept.at)}, and it may not have been saved.`
        : `You typed this on ${moment(kept.at)} and did not save it.`;
      const words = [...new Set(names.map((name) => this.inWords(name)))];
      const more = words.length > MOST_NAMED ? ` and ${words.length - MOST_NAMED} more` : "";
      return element(
        "div",
        { className: "offer" },
        element("p", { textContent: said }),
        element("p", { textContent: `It differs from this form in: ${words.slice(0, MOST_NAMED).join(", ")}${more}.` }),
        element(
          "p",
          { className: "actions-row" },
          button("Put it back", () => ("send" in this.place.dataset ? this.send(key) : this.fill(key))),
          button("Throw it away", () => {
            forget(key);
            this.showOffers();
          }),
        ),
      );
    }

    // The server makes the form anew with what was typed, added rows and all, and compares it with what was saved since.
    send(key) {
      this.gone = true;
      sessionStorage.setItem(PREFIX, key);
      const form = element("form", { method: "post", enctype: "multipart/form-data", hidden: true });
      const token = ["csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value];
      for (const [name, value] of [...read(key).fields, token, ["put_back", "yes"]]) {
        form.append(element("input", { type: "hidden", name, value }));
      }
      document.body.append(form);
      form.submit();
    }

    async fill(key) {
      const kept = read(key);
      const typed = new Map();
      for (const [name, value] of kept.fields) typed.set(name, [...(typed.get(name) || []), value]);
      for (const field of this.form.elements) {
        if (!field.name || ["hidden", "submit", "file", "button"].includes(field.type)) continue;
        const values = typed.get(field.name) || [];
        if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
        else if (values.length) field.value = values[0];
      }
      for (const name of kept.files) await this.restore(key, name);
      this.filled = true;
      this.keep(false);
      forget(key);
      this.showOffers();
    }
  }

  const start = async () => {
    keys().forEach((key) => Date.now() - (read(key)?.at || 0) > MOST_AGE && forget(key));
    document.getElementById("logout-form")?.addEventListener("submit", forgetAll);
    const sent = sessionStorage.getItem(PREFIX);
    const signingIn = document.querySelector("#signed-out, #login-form");
    if (signingIn) {
      const words = "What you typed is kept in this browser. Sign in under the same name, and it is offered to you.";
      const said = element("p", { className: "kept-here", textContent: words });
      // After "nothing was saved" where the page says so, and before the form where it asks to sign in.
      if (sent) signingIn[signingIn.id === "signed-out" ? "after" : "before"](said);
      return;
    }
    sessionStorage.removeItem(PREFIX);
    const keepers = [...document.querySelectorAll("[data-kept]")].map(
      (place) => new Keeper(place, "filled" in place.dataset && sent?.startsWith(prefixOf(place)) ? sent : null),
    );
    if (sent && document.querySelector(".messagelist .success")) await forgetSaved(sent);
    keepers.forEach((keeper) => (keeper.resumed ? keeper.resume() : keeper.showOffers()));
  };
  // A browser that refuses to keep anything still edits and saves.
  start().catch((error) => console.warn(error));
}
