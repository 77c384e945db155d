// Keyboard shortcuts for reviewers, from the queue to the verdict. Every key presses one of the page's own buttons or links.
"use strict";

(() => {
  const SWITCH = "keys-off";
  const help = document.getElementById("keys");
  const reviewPage = document.querySelector("[data-review]");
  let here = null;

  // Single-key shortcuts can be turned off (WCAG 2.1.4): speech input types words, and each letter is a key.
  const areOn = () => localStorage.getItem(SWITCH) === null;

  // Findings that are not there yet are one place, too: going there brings them.
  const PLACES = reviewPage ? "[data-finding], .piece.is-waiting" : "[data-row]";
  const places = () => [...document.querySelectorAll(PLACES)];

  // A field of a dialog that was just closed has the focus until the page is drawn again.
  const isField = (element) =>
    element.closest("input:not([type=checkbox]), select, textarea, [contenteditable]") !== null &&
    element.closest("dialog:not([open])") === null;
  const isTyping = (event) =>
    event.isComposing || isField(event.target) ||
    event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]") !== null;

  const mark = (place) => {
    here?.classList.remove("is-here");
    here = place;
    here.classList.add("is-here");
    const section = here.closest(".review-section")?.id;
    const rows = [...document.querySelectorAll("[data-goes-to]")];
    const exact = rows.some((row) => row.dataset.goesTo === here.id);
    for (const row of rows) {
      const isHere = row.dataset.goesTo === (exact ? here.id : section);
      row.classList.toggle("is-here", isHere);
      if (isHere) {
        row.scrollIntoView({ block: "nearest" });
      }
    }
  };

  const reach = (piece, isBackwards) => {
    const { id } = piece;
    const go = () => {
      const found = document.querySelectorAll(`#${id}:not(.is-waiting) [data-finding]`);
      if (found.length) {
        document.removeEventListener("htmx:afterSettle", go);
        goTo(found[isBackwards ? found.length - 1 : 0]);
      }
    };
    document.addEventListener("htmx:afterSettle", go);
    htmx.trigger(piece, "reach");
  };

  const goTo = (place, isBackwards = false) => {
    if (!place) {
      return;
    }
    if (place.matches(".is-waiting")) {
      reach(place, isBackwards);
      return;
    }
    mark(place);
    if (reviewPage) {
      history.replaceState(null, "", `?at=${place.id}#${place.id}`);
      place.scrollIntoView({ block: "center" });
      place.focus({ preventScroll: true });
    } else {
      place.querySelector("a").focus();
    }
  };

  const step = (by) => {
    const all = places();
    const at = all.indexOf(here);
    goTo(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)], by < 0);
  };

  const goToVerdict = () => {
    const panel = document.getElementById("verdict");
    panel.scrollIntoView({ block: "nearest" });
    (panel.querySelector("[data-approve]:not([disabled])") ?? panel).focus({ preventScroll: true });
  };

  // The next finding that waits for a decision, after the one that was decided; after the last, the verdict.
  const goOn = (id) => {
    const all = places();
    const at = all.findIndex((place) => place.id === id);
    const next = [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0))].find((place) => place.matches("[data-open]"));
    if (next) {
      goTo(next);
    } else {
      goToVerdict();
    }
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

  let goesOn = null;
  const press = (verb) => {
    const button = here?.querySelector(`[data-decide] button[value=${verb}]:not([disabled])`);
    if (button) {
      goesOn = verb === "approve" ? here.id : null;
      button.click();
    }
  };
  const pressInGroup = () => {
    const group = here?.closest(".review-section");
    const button = group?.querySelector("[data-group] button[value=approve]");
    if (button) {
      goesOn = [...group.querySelectorAll("[data-finding]")].at(-1)?.id ?? here.id;
      button.click();
    } else {
      press("approve");
    }
  };
  const select = () => here?.querySelector("[data-select]")?.click();
  const follow = (address) => address && location.assign(address);

  const showHelp = () => {
    if (!help) {
      return;
    }
    help.querySelector("[data-keys-switch]").checked = areOn();
    help.showModal();
  };

  const OF_BOTH = {
    j: () => step(1),
    k: () => step(-1),
    m: () => (here?.querySelector("[data-claim] button") ?? document.querySelector("#standing [data-claim] button"))?.click(),
    "]": () => follow(document.querySelector("a[data-next], [data-row] a")?.href),
    "?": showHelp,
  };
  const OF_REVIEW = {
    n: () => stepChange(1),
    p: () => stepChange(-1),
    a: () => press("approve"),
    u: () => press("undo"),
    r: () => press("reject"),
    c: () => press("comment"),
    x: select,
    g: pressInGroup,
    v: goToVerdict,
    b: () => globalThis.portalReview.returning(),
  };
  const OF_QUEUE = {
    c: () => here?.querySelector("[data-claim] button")?.click(), // as it was before m
    Enter: () => here?.querySelector("a")?.click(),
  };
  const keys = { ...OF_BOTH, ...(reviewPage ? OF_REVIEW : OF_QUEUE) };

  document.addEventListener("keydown", (event) => {
    const key = keys[event.key];
    const onLink = event.key === "Enter" && event.target.closest("a, button, summary");
    if (key && areOn() && !isTyping(event) && !onLink) {
      event.preventDefault();
      goesOn = null; // who presses another key wants to be elsewhere
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

  // A finding that has the focus is the current one.
  document.addEventListener("focusin", (event) => {
    const place = event.target.closest(PLACES);
    if (place && place !== here) {
      mark(place);
    }
  });

  // What was decided is drawn anew: it stays the current one, or the next takes its place.
  document.addEventListener("decided", () => {
    const id = here?.id;
    const anew = id && document.getElementById(id);
    if (anew && anew !== here) {
      const hadFocus = document.activeElement === document.body;
      mark(anew);
      if (hadFocus) {
        anew.focus({ preventScroll: true });
      }
    }
  });
  // Only then it is known which of them still wait for a decision.
  document.addEventListener("redrawn", () => {
    if (goesOn) {
      const from = goesOn;
      goesOn = null;
      goOn(from);
    }
  });
  document.addEventListener("htmx:responseError", () => { goesOn = null; });
  document.addEventListener("htmx:load", () => {
    const anew = here && !here.isConnected && document.getElementById(here.id);
    if (anew) {
      mark(anew);
    }
  });

  const atAddress = () => {
    const id = location.hash.slice(1);
    const place = id && document.getElementById(id)?.closest(PLACES);
    if (place) {
      mark(place);
    }
    return Boolean(place);
  };
  addEventListener("hashchange", atAddress);
  // At the start, the first that waits for somebody is chosen.
  if (!atAddress() && !location.hash && areOn()) {
    const first = document.querySelector(reviewPage ? "[data-finding][data-open]" : "[data-row]");
    if (first) {
      mark(first);
    }
  }
})();
