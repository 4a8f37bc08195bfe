/* Before a staff session ends for idleness: a warning, one button to stay, and what was typed is kept in this tab.
   The server ends the session in any case (accounts/middleware.py); without this file only the warning is missing.
   Facts come from the element #idle: data-minutes, data-stay (address), data-sign-in (address), data-person. */
(function () {
  "use strict";
  var box = document.getElementById("idle");
  var LAST = "staff-last-seen", DRAFT = "staff-typed:", WARN = 120;
  if (!box) { return; }

  var person = box.getAttribute("data-person");
  var page = DRAFT + person + ":" + location.pathname + location.search;
  var forms = document.querySelectorAll("form[method=post]:not([data-forget])");

  function store(area, action, name, value) {
    try { return value === undefined ? area[action](name) : area[action](name, value); } catch (error) { return null; }
  }
  function now() { return Math.floor(Date.now() / 1000); }
  function last() { return parseInt(store(localStorage, "getItem", LAST) || "0", 10); }
  function left() { return last() + 60 * Number(box.getAttribute("data-minutes")) - now(); }
  function seen() { store(localStorage, "setItem", LAST, String(now())); }

  /* What was typed: never a password, a file, a code, or a hidden field (the token of the form among them). */
  function keeps(field) {
    return field.name && !/^(password|file|hidden|submit|button|reset|image)$/.test(field.type) &&
      !/password|one-time-code/.test(field.autocomplete || "") && !field.disabled;
  }
  function each(action) {
    for (var f = 0; f < forms.length; f += 1) {
      for (var i = 0; i < forms[f].elements.length; i += 1) {
        if (keeps(forms[f].elements[i])) { action(forms[f].elements[i], f + ":" + forms[f].elements[i].name + ":" + i); }
      }
    }
  }
  function isTick(field) { return field.type === "checkbox" || field.type === "radio"; }
  function isChanged(field) {
    if (isTick(field)) { return field.checked !== field.defaultChecked; }
    if (!field.options) { return field.value !== field.defaultValue; }
    for (var i = 0; i < field.options.length; i += 1) {
      if (field.options[i].selected !== field.options[i].defaultSelected) { return true; }
    }
    return false;
  }
  function keep() {
    var typed = {}, any = false;
    each(function (field, name) {
      if (isChanged(field)) { typed[name] = isTick(field) ? field.checked : field.value; any = true; }
    });
    if (any) { store(sessionStorage, "setItem", page, JSON.stringify(typed)); }
  }
  function bringBack() {
    var kept = store(sessionStorage, "getItem", page);
    if (!kept) { return; }
    store(sessionStorage, "removeItem", page);
    var typed = JSON.parse(kept), any = false;
    each(function (field, name) {
      if (!Object.prototype.hasOwnProperty.call(typed, name)) { return; }
      if (isTick(field)) { field.checked = typed[name]; } else { field.value = typed[name]; }
      any = true;
    });
    if (any) { document.getElementById("idle-restored").hidden = false; }
  }

  /* Another person on this tab must not find what the last one typed. */
  function forgetOthers() {
    for (var i = sessionStorage.length - 1; i >= 0; i -= 1) {
      var name = sessionStorage.key(i);
      if (name.indexOf(DRAFT) === 0 && name.indexOf(DRAFT + person + ":") !== 0) { sessionStorage.removeItem(name); }
    }
  }

  function leave() {
    keep();
    location.assign(box.getAttribute("data-sign-in") + "?next=" + encodeURIComponent(location.pathname + location.search));
  }
  function stay() {
    var token = box.querySelector("input[name=csrfmiddlewaretoken]").value;
    fetch(box.getAttribute("data-stay"), { method: "POST", headers: { "X-CSRFToken": token }, credentials: "same-origin" })
      .then(function (answer) {
        if (answer.status === 204) { seen(); store(sessionStorage, "removeItem", page); tick(); } else { leave(); }
      }, tick);
  }
  function tick() {
    var seconds = left();
    if (seconds <= -2) { leave(); return; }
    box.hidden = seconds > WARN;
    if (!box.hidden) { keep(); }
  }

  try { forgetOthers(); bringBack(); } catch (error) { store(sessionStorage, "removeItem", page); }
  seen();
  /* Sent while signed in: nothing to bring back. Sent too late: the server will ask to sign in first. */
  document.addEventListener("submit", function () {
    if (left() > 0) { store(sessionStorage, "removeItem", page); } else { keep(); }
  });
  document.getElementById("idle-stay").addEventListener("click", stay);
  document.addEventListener("visibilitychange", tick);
  window.setInterval(tick, 1000);
})();
