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

  // What is kept: {at, sent, fields: [[name, text]], files: [name]}. Each visit to a form keeps its own.
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

  // What was sent from one page to the next of the same address is saved when the last of them is.
  const forgetSent = (key) => {
    const page = `${key.split("/").slice(0, 4).join("/")}/`;
    keys().filter((each) => each.startsWith(page) && read(each)?.sent).forEach(forget);
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

  class Keeper {
    constructor(place, taken) {
      this.place = place;
      this.form = place.closest("form");
      this.prefix = prefixOf(place);
      this.key = taken || `${this.prefix}${Date.now()}`;
      this.filled = "filled" in place.dataset;
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
      const secret = new Set([...this.form.querySelectorAll("[type=password]")].map((field) => field.name));
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
      try {
        localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), sent, fields, files }));
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

    offer(key) {
      const kept = read(key);
      const said = kept.sent
        ? `You sent this on ${moment(kept.at)}, and it may not have been saved.`
        : `You typed this on ${moment(kept.at)} and did not save it.`;
      const offer = this.say(
        element("p", { textContent: said }),
        element(
          "p",
          { className: "actions-row" },
          button("Put it back", () => ("send" in this.place.dataset ? this.send(key) : this.fill(key, offer))),
          button("Throw it away", () => {
            forget(key);
            offer.remove();
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

    async fill(key, offer) {
      const kept = read(key);
      const typed = new Map();
      for (const [name, value] of kept.fields) typed.set(name, [...(typed.get(name) || []), value]);
      for (const field of this.form.elements) {
        if (!field.name || ["hidden", "submit", "file", "button"].includes(field.type)) continue;
        const values = typed.get(field.name) || [];
        if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
        else if (values.length) field.value = values[0];
      }
      offer.remove();
      for (const name of kept.files) await this.restore(key, name);
      this.filled = true;
      this.keep(false);
      forget(key);
    }
  }

  const start = () => {
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
    if (sent && document.querySelector(".messagelist .success")) forgetSent(sent);
    for (const place of document.querySelectorAll("[data-kept]")) {
      const resumed = "filled" in place.dataset && sent?.startsWith(prefixOf(place)) ? sent : null;
      const keeper = new Keeper(place, resumed);
      if (resumed) keeper.resume();
      else keys().filter((key) => key.startsWith(keeper.prefix)).forEach((key) => keeper.offer(key));
    }
  };
  try {
    start();
  } catch (error) {
    // A browser that refuses to keep anything still edits and saves.
    console.warn(error);
  }
}
