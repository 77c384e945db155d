// Unchanged lines of a diff are put where somebody unfolds them. Without a script, a link leads to the file.
"use strict";

(() => {
  const STEP = 10;
  const stepWords = document.querySelector("[data-fold-words]")?.dataset.foldWords ?? "+10";

  const button = (words, from, to) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", textContent: words, className: "plain-button" });
    made.dataset.from = from;
    made.dataset.to = to;
    return made;
  };

  // Ten lines more below what is above the fold, and above what is below it.
  const offerSteps = (where) => {
    for (const fold of where.querySelectorAll(".fold:not([data-offered])")) {
      fold.dataset.offered = "";
      const [first, last] = [Number(fold.dataset.first), Number(fold.dataset.last)];
      if (last - first >= STEP) {
        fold.append(button(`${stepWords} ↓`, first, first + STEP - 1), button(`${stepWords} ↑`, last - STEP + 1, last));
      }
    }
  };

  const unfold = async (fold, from, to) => {
    const file = fold.closest("[data-file]").dataset;
    const address = new URL(file.lines, location.href);
    const { first, last, shift } = fold.dataset;
    const asked = { file: file.file, suffix: file.suffix, first, last, shift, from, to };
    for (const [name, value] of Object.entries(asked)) {
      address.searchParams.set(name, value);
    }
    const answer = await fetch(address);
    if (!answer.ok || answer.redirected) {
      location.assign(fold.querySelector("a").href);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const parent = fold.parentElement;
    fold.replaceWith(...page.body.children);
    offerSteps(parent);
  };

  document.addEventListener("click", (event) => {
    const fold = event.target.closest(".fold");
    const asked = fold && event.target.closest("a, button");
    if (asked && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      unfold(fold, asked.dataset.from ?? fold.dataset.first, asked.dataset.to ?? fold.dataset.last);
      return;
    }
    // A click on a line number puts its address into the address bar.
    const row = event.target.closest(".rows tr[id]");
    if (row && event.target.matches(".is-split td:nth-child(odd), .is-unified td:nth-child(-n + 2)")) {
      location.hash = row.id;
    }
  });

  // The address of a line that is folded: #R120, of the text after, or #L120, of the text before.
  const atAddress = async () => {
    const named = location.hash.match(/^#([RL])(\d+)(-[-a-z0-9]+)?$/);
    if (!named || document.getElementById(location.hash.slice(1))) {
      return;
    }
    const [, side, number, suffix = ""] = named;
    const file = document.querySelector(`[data-file][data-suffix="${suffix}"]`);
    for (const fold of file?.querySelectorAll(".fold") ?? []) {
      const line = Number(number) - (side === "R" ? Number(fold.dataset.shift) : 0);
      const [first, last] = [Number(fold.dataset.first), Number(fold.dataset.last)];
      if (first <= line && line <= last) {
        await unfold(fold, Math.max(first, line - STEP), Math.min(last, line + STEP));
        const row = document.getElementById(`R${line + Number(fold.dataset.shift)}${suffix}`);
        row?.scrollIntoView({ block: "center" });
        row?.classList.add("is-target");
      }
    }
  };

  offerSteps(document);
  document.addEventListener("htmx:load", (event) => offerSteps(event.target));
  addEventListener("hashchange", atAddress);
  atAddress();
})();
