// Before anything is drawn: the theme that was chosen on this screen. A script of its own, since
// the page allows none within it.
"use strict";
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // A browser without storage shows the theme of its system.
  }
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
})();
