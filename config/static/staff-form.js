// An application's form: each field is asked about on leaving it, and its fault or suggestion stands under it at once.
// Nothing here is needed: saving checks the same fields on the server.
"use strict";
(() => {
  const form = document.querySelector("form[data-check]");
  if (!form) return;

  const typed = () => {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    return body;
  };

  const line = (field) => field.closest(".field").querySelector("[data-told]");

  const suggest = (told, field, text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "suggestion";
    button.textContent = form.dataset.use.replace("{text}", text);
    button.addEventListener("click", () => {
      field.value = text;
      field.focus();
      ask(field);
    });
    told.append(" ", button);
  };

  const show = (field, answer) => {
    const told = line(field);
    if (!told) return;
    told.className = answer.fault ? "wrong" : "hint-mind";
    told.textContent = answer.fault || answer.warning || "";
    told.hidden = !told.textContent;
    if (answer.fault) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (answer.suggestion) suggest(told, field, answer.suggestion);
  };

  let asked = 0;
  const ask = async (field) => {
    const mine = (asked += 1);
    const body = typed();
    body.set("field", field.name);
    try {
      const answer = await fetch(form.dataset.check, { method: "POST", body: body, redirect: "error" });
      if (answer.ok && mine === asked) show(field, await answer.json());
    } catch (error) {
      // Without a connection the field is checked when the form is saved.
    }
  };

  form.addEventListener("change", (event) => {
    const field = event.target;
    if (field.name && field.type !== "file" && field.closest("[data-field]")) ask(field);
  });
  form.querySelectorAll("input[type=file][data-send]").forEach((input) => {
    input.addEventListener("change", () => {
      if (input.files.length) form.querySelector(`button[value="${input.dataset.send}"]`).click();
    });
  });
})();
