// Decisions without leaving the page. Every form works without a script, too: then it asks on a page of its own.
"use strict";

(() => {
  const dialog = document.getElementById("ask");
  const form = dialog.querySelector("form");
  const part = (name) => form.querySelector(`[data-${name}]`);
  const problem = document.getElementById("ask-problem");
  const decideAt = form.getAttribute("action");
  let opener = null;

  const hidden = (name, value) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    return input;
  };

  // `asked`: title, action, fields (pairs of name and value), verb, name of the text, reason ("", "optional" or "required").
  const ask = (asked) => {
    opener = document.activeElement;
    form.action = asked.action;
    document.getElementById("ask-title").textContent = asked.title;
    problem.replaceChildren();
    part("fields").replaceChildren(...asked.fields.map(([name, value]) => hidden(name, value)));
    form.elements["ask-comment"].name = asked.text;
    form.dataset.keeps = asked.leaves ? "" : "yes";
    part("reason").hidden = asked.reason === "";
    part("internal").hidden = asked.text !== "text";
    form.elements["is_internal"].checked = false;
    const label = part("reason").querySelector("label");
    label.textContent = label.dataset[asked.reason] ?? "";
    for (const option of form.elements["ask-reason"].options) {
      option.hidden = option.disabled = option.value !== "" && (option.value === "in-registry") !== asked.isUnshipped;
    }
    form.elements["ask-reason"].value = asked.isUnshipped ? "in-registry" : "";
    const button = part("do");
    button.textContent = asked.title;
    button.className = asked.isSevere ? "is-danger" : "";
    dialog.showModal();
    form.elements[asked.reason === "" ? "ask-comment" : "ask-reason"].focus();
  };

  const fieldsOf = (source) =>
    [...new FormData(source).entries()].filter(([name]) => name === "units" || name === "sections");

  const withoutDots = (text) => text.trim().replace(/…$/, "");

  const askFor = (button) => {
    const source = button.form;
    const title = withoutDots(button.textContent);
    if (button.value === "comment") {
      ask({ title, action: source.dataset.comments, fields: [["position", source.dataset.position]], text: "text", reason: "" });
      return;
    }
    ask({
      title,
      action: decideAt,
      fields: [...fieldsOf(source), ["verb", button.value]],
      text: "comment",
      reason: button.value === "reject" ? ("needsReason" in source.dataset ? "required" : "optional") : "",
      isUnshipped: "unshipped" in source.dataset,
      isSevere: button.value === "reject",
    });
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-asks]");
    if (button) {
      event.preventDefault();
      askFor(button);
    }
    event.target.closest("[data-close-toast]")?.closest(".toast").remove();
  });

  // Returning the package asks for words, too, unless they are written already.
  const returning = () => {
    const button = document.querySelector("[data-return]");
    const written = document.getElementById("verdict-comment").value;
    if (button.disabled) {
      button.scrollIntoView({ block: "center" });
      return;
    }
    ask({ title: withoutDots(button.textContent), action: button.formAction, fields: [], text: "comment", reason: "", leaves: true });
    form.elements["ask-comment"].value ||= written;
  };

  part("cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => opener?.isConnected && opener.focus());
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.keeps) {
      event.preventDefault();
      htmx.ajax("POST", form.action, { source: form, target: "#ask-problem", swap: "innerHTML" });
    }
  });

  // Done: what was typed is not needed any more. Until then it stays, whatever goes wrong.
  document.addEventListener("decided", (event) => {
    // An answer to something else comes late, and the dialog was opened for the next thing meanwhile.
    if (dialog.open && event.target === form) {
      form.elements["ask-comment"].value = "";
      dialog.close();
    }
    const redrawing = event.detail.pieces
      .map((name) => document.getElementById(name))
      .filter((piece) => piece && !piece.classList.contains("is-waiting"))
      .map((piece) => htmx.ajax("GET", piece.dataset.piece, { target: piece, swap: "outerHTML" }));
    Promise.allSettled(redrawing).then(() => document.dispatchEvent(new Event("redrawn")));
    for (const box of document.querySelectorAll("[data-select]:checked")) {
      box.checked = false;
    }
    showChosen();
  });

  // No answer, or that of an error, or the page of the sign-in: the page says so, and what was typed stays.
  const toasts = document.getElementById("toasts");
  const say = (text) => {
    const words = document.createElement("p");
    words.textContent = text;
    words.className = "notice is-error";
    (dialog.open ? problem : toasts).replaceChildren(words);
  };
  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(name, () => say(toasts.dataset.unsent));
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (xhr.responseURL && new URL(xhr.responseURL).pathname !== new URL(requestConfig.path, location.href).pathname) {
      event.detail.shouldSwap = false;
      say(toasts.dataset.signedOut);
    }
  });

  // Findings come before they are seen.
  const nearing = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) {
        nearing.unobserve(target);
        htmx.trigger(target, "reach");
      }
    }
  }, { rootMargin: "600px 0px" });
  for (const piece of document.querySelectorAll(".piece.is-waiting")) {
    nearing.observe(piece);
  }

  const several = document.getElementById("several");
  const showChosen = () => {
    if (several) {
      const count = document.querySelectorAll("[data-select]:checked").length;
      several.hidden = count === 0;
      several.querySelector("[data-count]").textContent = count;
    }
  };
  document.addEventListener("change", (event) => event.target.matches("[data-select]") && showChosen());
  showChosen();

  globalThis.portalReview = { returning };
})();
