// Pictures, large over the page: arrows turn to the next, + and - zoom, Escape closes. Without it a picture opens by its
// link, on a page of its own, where the browser zooms.
"use strict";
(() => {
  const links = [...document.querySelectorAll("a[data-picture]")];
  const dialog = document.querySelector("dialog[data-pictures]");
  if (!links.length || !dialog || !dialog.showModal) return;
  const image = dialog.querySelector("img");
  const words = dialog.querySelector("[data-words]");
  let at = 0;

  const show = (number) => {
    at = (number + links.length) % links.length;
    image.src = links[at].href;
    image.alt = links[at].dataset.picture;
    words.textContent = `${links[at].dataset.picture} (${at + 1}/${links.length})`;
  };
  links.forEach((link, number) => {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(number);
      dialog.showModal();
    });
  });
  const turns = { ArrowRight: 1, ArrowLeft: -1 };
  const zooms = { "+": true, "=": true, "-": false, "0": false };
  const button = dialog.querySelector("[data-zoom]");
  const zoom = (isLarge) => {
    dialog.classList.toggle("is-large", isLarge);
    if (button) button.setAttribute("aria-pressed", String(isLarge));
  };
  dialog.addEventListener("keydown", (event) => {
    // Enlarged, the arrows scroll.
    if (turns[event.key] && !dialog.classList.contains("is-large")) show(at + turns[event.key]);
    if (event.key in zooms && !event.ctrlKey && !event.metaKey) zoom(zooms[event.key]);
  });
  if (button) button.addEventListener("click", () => zoom(!dialog.classList.contains("is-large")));
  image.addEventListener("click", () => zoom(!dialog.classList.contains("is-large")));
  dialog.querySelectorAll("[data-turn]").forEach((button) => {
    button.addEventListener("click", () => show(at + Number(button.dataset.turn)));
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { zoom(false); image.removeAttribute("src"); links[at].focus(); });
})();
