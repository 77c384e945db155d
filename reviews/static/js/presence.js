// The page says that it is open, but not in a tab that nobody sees. Nothing of it is lost where that goes wrong.
"use strict";

(() => {
  const isOthers = (event) => event.target.id === "others";

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isOthers(event) && document.hidden) event.preventDefault();
  });
  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      if (isOthers(event)) event.stopImmediatePropagation();
    }, true);
  }
  // Who is signed out meanwhile is answered by the page of the sign-in.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (isOthers(event) && new URL(xhr.responseURL).pathname !== new URL(requestConfig.path, location.href).pathname) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);
})();
