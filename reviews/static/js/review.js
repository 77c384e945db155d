// Keyboard shortcuts for reviewers. Every action submits one of the page's own forms.
"use strict";

(() => {
  const SWITCH = "keys-off";
  const help = document.getElementById("keys");
  const reviewPage = document.querySelector("[data-review]");
  let here = null;

  // Single-key shortcuts can be turned off (WCAG 2.1.4): speech input types words, and each letter is a key.
  const areOn = () => localStorage.getItem(SWITCH) === null;

  const places = () => [...document.querySelectorAll(reviewPage ? "[data-finding]" : "[data-row]")];

  const isTyping = (event) =>
    event.isComposing ||
    event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]") !== null ||
    event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]") !== null;

  const mark = (place) => {
    here?.classList.remove("is-here");
    here = place;
    here.classList.add("is-here");
    for (const item of document.querySelectorAll("[data-goes-to]")) {
      item.classList.toggle("is-here", item.dataset.goesTo === here.id);
      if (item.dataset.goesTo === here.id) {
        item.scrollIntoView({ block: "nearest" });
      }
    }
  };

  const goTo = (place) => {
    if (!place) {
      return;
    }
    mark(place);
    if (reviewPage) {
      history.replaceState(null, "", `#${place.id}`);
      place.scrollIntoView({ block: "center" });
      place.focus({ preventScroll: true });
    } else {
      place.querySelector("a").focus();
    }
  };

  const step = (by) => {
    const all = places();
    const at = all.indexOf(here);
    goTo(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
  };

  // The first row of each change; folded rows are never changed.
  const stepChange = (by) => {
    const rows = [...document.querySelectorAll("tr.changed")].filter(
      (row) => !row.previousElementSibling?.matches("tr.changed"),
    );
    const middle = innerHeight / 2;
    const tops = rows.map((row) => row.getBoundingClientRect().top - middle);
    const next = by > 0 ? tops.findIndex((top) => top > 8) : tops.findLastIndex((top) => top < -8);
    rows[next]?.scrollIntoView({ block: "center" });
  };

  const press = (verb) => {
    const form = here?.querySelector("[data-decide]");
    const button = form?.querySelector(`:scope > .actions > button[value=${verb}]`);
    if (!button) {
      return;
    }
    form.elements.then.value = verb === "approve" ? "next" : "stay";
    button.click();
  };

  const open = (where, field) => {
    const details = here?.querySelector(where);
    if (details) {
      details.open = true;
      details.querySelector(field).focus();
    }
  };

  const showHelp = () => {
    help.querySelector("[data-keys-switch]").checked = areOn();
    help.showModal();
  };

  const OF_BOTH = { j: () => step(1), k: () => step(-1), "?": showHelp };
  const OF_REVIEW = {
    n: () => stepChange(1),
    p: () => stepChange(-1),
    a: () => press("approve"),
    u: () => press("undo"),
    r: () => open("[data-decide] details", "select"),
    c: () => open("[data-comment] details", "textarea"),
  };
  const OF_QUEUE = {
    c: () => here?.querySelector("[data-claim] button")?.click(),
    Enter: () => here?.querySelector("a")?.click(),
  };
  const keys = { ...OF_BOTH, ...(reviewPage ? OF_REVIEW : OF_QUEUE) };

  document.addEventListener("keydown", (event) => {
    const key = keys[event.key];
    const onLink = event.key === "Enter" && event.target.closest("a, button, summary");
    if (key && areOn() && !isTyping(event) && !onLink) {
      event.preventDefault();
      key();
    }
  });

  for (const button of document.querySelectorAll("[data-keys-help]")) {
    button.hidden = false;
    button.addEventListener("click", showHelp);
  }
  help?.querySelector("[data-keys-switch]").addEventListener("change", (event) => {
    if (event.target.checked) {
      localStorage.removeItem(SWITCH);
    } else {
      localStorage.setItem(SWITCH, "yes");
    }
  });

  // A click on a line number puts its address into the address bar; a finding that has the focus is the current one.
  document.addEventListener("click", (event) => {
    const row = event.target.closest(".rows tr[id]");
    if (row && event.target.matches(".is-split td:nth-child(odd), .is-unified td:nth-child(-n + 2)")) {
      location.hash = row.id;
    }
  });
  document.addEventListener("focusin", (event) => {
    const place = event.target.closest(reviewPage ? "[data-finding]" : "[data-row]");
    if (place && place !== here) {
      mark(place);
    }
  });
  // Escape closes a form, so that the shortcuts work again.
  document.addEventListener("keydown", (event) => {
    const details = event.key === "Escape" && event.target.closest(".why");
    if (details) {
      details.open = false;
      details.querySelector("summary").focus();
    }
  });

  const atAddress = () => {
    const place = location.hash && document.getElementById(location.hash.slice(1))?.closest("[data-finding]");
    if (place) {
      mark(place);
    }
  };
  addEventListener("hashchange", atAddress);
  atAddress();
})();
