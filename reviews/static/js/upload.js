// Uploads a package and shows the progress. Without a script the form uploads it without progress.
"use strict";

(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) {
    return;
  }

  const units = ["B", "kB", "MB", "GB"];
  const amount = (bytes) => {
    let value = bytes;
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit += 1;
    }
    return `${value.toFixed(unit > 0 && value < 100 ? 1 : 0)} ${units[unit]}`;
  };
  const duration = (seconds) =>
    seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
  const fill = (template, values) =>
    template.replace(/%\((\w+)\)s/g, (_whole, name) => values[name]);

  let running = null;
  const part = (name) => form.querySelector(`[${name}]`);
  const say = (name, values = {}) => {
    const words = part("data-progress-words");
    words.textContent = fill(words.dataset[name], values);
  };
  const submitButton = () => form.querySelector("button:not([type])");

  const begin = () => {
    part("data-progress").hidden = false;
    part("data-stop").hidden = false;
    submitButton().disabled = true;
  };
  const end = (name) => {
    running = null;
    submitButton().disabled = false;
    part("data-stop").hidden = true;
    if (name) {
      say(name);
    }
  };

  // The form in the response contains what was typed, but not the file: its input is kept.
  const showAnswer = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const redrawn = answer.querySelector("form[data-upload]");
    if (!redrawn) {
      end("refused");
      return;
    }
    for (const input of redrawn.querySelectorAll('input[type="file"]')) {
      input.replaceWith(form.querySelector(`#${CSS.escape(input.id)}`));
    }
    form.replaceChildren(...redrawn.childNodes);
    offerDrop();
    running = null;
    form.querySelector(".wrong, .notice")?.scrollIntoView({ block: "center" });
    const field = form.querySelector(".wrong")?.parentElement.querySelector("input, textarea");
    field?.focus();
  };

  form.addEventListener("submit", (event) => {
    if (!form.querySelector("#id_file").files.length) {
      return;
    }
    event.preventDefault();
    const request = new XMLHttpRequest();
    const started = performance.now();
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const seconds = Math.max((performance.now() - started) / 1000, 0.001);
      const speed = loaded / seconds;
      form.querySelector("progress").value = loaded / total;
      if (loaded === total) {
        say("storing");
        return;
      }
      say("sent", {
        sent: amount(loaded),
        total: amount(total),
        speed: amount(speed),
        left: duration((total - loaded) / speed),
      });
    });
    request.addEventListener("load", () => {
      if (request.status === 201) {
        window.location.assign(JSON.parse(request.responseText).address);
      } else if (request.getResponseHeader("Content-Type") === "application/json") {
        end("refused");
        part("data-progress-words").textContent = JSON.parse(request.responseText).words;
      } else if (request.status === 422 || request.status === 429) {
        showAnswer(request.responseText);
      } else if (request.status === 507) {
        end("full");
      } else {
        end("refused");
      }
    });
    request.addEventListener("error", () => end("lost"));
    request.addEventListener("abort", () => end("stopped"));
    request.open("POST", form.action);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    running = request;
    const body = new FormData(form);
    begin();
    request.send(body);
  });

  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-stop]")) {
      running?.abort();
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (running && running.readyState < XMLHttpRequest.DONE) {
      event.preventDefault();
    }
  });

  const offerDrop = () => {
    form.querySelector("[data-drop-hint]").hidden = false;
  };
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      const zone = event.target.closest("[data-drop]");
      if (!zone) {
        return;
      }
      event.preventDefault();
      zone.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        const input = form.querySelector("#id_file");
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
  offerDrop();
})();
