// The desk by keyboard: `/` goes to the search, j and k move through the rows of the list, Enter opens one.
// Nothing here is needed: every row holds an ordinary link.
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("[data-rows] > *")].filter((row) => row.querySelector("a[href]"));
  const isTyping = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;
  const go = (step) => {
    const all = rows();
    const now = all.findIndex((row) => row.classList.contains("is-here"));
    const next = all[now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step];
    if (!next) return;
    if (now >= 0) all[now].classList.remove("is-here");
    next.classList.add("is-here");
    next.querySelector("a[href]").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const keys = {
    "/": () => {
      const box = document.querySelector("[data-search]");
      if (box) { box.focus(); box.select(); }
    },
    j: () => go(1),
    k: () => go(-1),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && location.hash === "#rail") { location.hash = "#main"; return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
