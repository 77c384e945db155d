// Enhancements of the frame. Every page also works without a script.
"use strict";

(() => {
  const root = document.documentElement;

  // Messages can be dismissed.
  const offerDismissal = (where) => {
    for (const button of where.querySelectorAll("[data-dismiss]")) {
      button.hidden = false;
    }
  };
  offerDismissal(document);
  document.addEventListener("htmx:afterSwap", (event) => offerDismissal(event.target));

  document.addEventListener("click", (event) => {
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) {
      dismiss.closest(".notice").remove();
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    }
  });

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  const confirmCopy = (button) => {
    const words = button.querySelector("span");
    const before = words.textContent;
    words.textContent = button.dataset.copied;
    setTimeout(() => { words.textContent = before; }, 2000);
  };

  // Commands, and the lines that a remedy adds, can be copied with one click.
  const copied = ({ copies, copiesAdded }) => {
    if (copies) {
      return document.getElementById(copies).value;
    }
    const added = document.querySelectorAll(`#${copiesAdded} .added code`);
    return [...added].map((line) => line.textContent).join("");
  };
  if (navigator.clipboard) {
    const offerCopies = (where) => {
      for (const button of where.querySelectorAll("[data-copies], [data-copies-added]")) {
        button.hidden = false;
      }
    };
    offerCopies(document);
    document.addEventListener("htmx:load", (event) => offerCopies(event.target));
    document.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-copies], [data-copies-added]");
      if (button) {
        await navigator.clipboard.writeText(copied(button.dataset));
        confirmCopy(button);
      }
    });
  }

  // A link to a finding that is not drawn yet: the page is asked for it.
  const wanted = location.hash.slice(1);
  if (document.querySelector("[data-more]") && /^[uf]-\d+$/.test(wanted) && !document.getElementById(wanted)) {
    location.replace(`?at=${wanted}#${wanted}`);
  }

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && !event.isComposing && document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A change of the theme keeps what was typed on the page.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-theme-switch]")) {
      return;
    }
    event.preventDefault();
    const chosen = event.submitter.value;
    const body = new FormData(event.target, event.submitter);
    fetch(event.target.action, { method: "POST", body, redirect: "manual" });
    if (chosen) {
      root.dataset.theme = chosen;
    } else {
      delete root.dataset.theme;
    }
    for (const button of event.target.querySelectorAll("button")) {
      button.toggleAttribute("aria-pressed", false);
    }
    event.submitter.setAttribute("aria-pressed", "true");
    event.target.closest("details").open = false;
  });

  // An error of the server is shown in the page instead of being ignored.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { status } = event.detail.xhr;
    if (status === 409 || status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
})();
