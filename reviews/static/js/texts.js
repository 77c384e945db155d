// Texts to insert: at the cursor, without leaving the page. Without a script the button sends the form.
"use strict";

(() => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert] button");
    if (!button) {
      return;
    }
    event.preventDefault();
    const menu = button.closest("[data-insert]");
    const chosen = menu.querySelector("select").selectedOptions[0];
    const area = document.getElementById(menu.dataset.insert);
    if (!chosen?.dataset.text || !area) {
      return;
    }
    const before = area.value.slice(0, area.selectionStart);
    const gap = before && !before.endsWith("\n") ? "\n\n" : "";
    area.setRangeText(gap + chosen.dataset.text, area.selectionStart, area.selectionEnd, "end");
    area.focus();
  });
})();
