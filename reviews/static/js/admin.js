// Names for fields of Django's admin that have none of their own, for those who hear the page.
"use strict";

(() => {
  const words = (element) => (element ? element.textContent.replace(/[?:\s]+$/, "").trim() : "");

  // The heading of the column that a cell of an inline table is in, or the label of its row.
  const heading = (field) => {
    const cell = field.closest("td");
    const table = field.closest("table");
    if (cell && table && table.tHead) {
      return words(table.tHead.rows[0].cells[cell.cellIndex]);
    }
    const row = field.closest(".form-row, .fieldBox");
    return words(row && row.querySelector("label, legend"));
  };

  const isNamed = (field) =>
    field.hasAttribute("aria-label") || field.hasAttribute("aria-labelledby") || (field.labels && field.labels.length > 0);

  const name = (root) => {
    for (const field of root.querySelectorAll("#content :is(input:not([type=hidden]), select, textarea), .select2-selection")) {
      if (field.matches(".select2-selection")) {
        const label = heading(field);
        if (label) {
          field.setAttribute("aria-label", label);
          field.removeAttribute("aria-labelledby");
          field.querySelector("[role=textbox]")?.setAttribute("aria-label", label);
        }
      } else if (!isNamed(field)) {
        const label = heading(field);
        if (label) {
          field.setAttribute("aria-label", label);
        }
      }
    }
    for (const sign of root.querySelectorAll(".help-tooltip[aria-label]:not([role])")) {
      sign.setAttribute("role", "img");
    }
  };

  const start = () => {
    name(document);
    const content = document.getElementById("content");
    if (content) {
      new MutationObserver(() => name(document)).observe(content, { childList: true, subtree: true });
    }
  };

  window.addEventListener("load", start);
})();
