"use strict";
/* Solves the proof of work of edge/challenge.py. Without it (no script, no crypto on plain http) the form goes as it is.

   <form>
     <input type="hidden" name="challenge_solution" data-challenge="{…JSON…}" data-status="challenge-status">
     <p id="challenge-status" role="status" data-working="Checking, {percent} %" data-done="Checked."></p>
   </form>                                                                                                       */
(function () {
  const bytes = (hex) => new Uint8Array(hex.match(/../g).map((pair) => parseInt(pair, 16)));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

  async function derivedKey(parameters, counter) {
    const nonce = bytes(parameters.nonce);
    const password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(parameters.salt), iterations: parameters.cost };
    return hex(await crypto.subtle.deriveBits(how, key, parameters.keyLength * 8));
  }

  async function solve(challenge, tell) {
    const last = challenge.parameters.data.attempts;
    for (let counter = 0; counter <= last; counter += 1) {
      if (counter % 25 === 0) tell(Math.round((100 * counter) / last));
      const found = await derivedKey(challenge.parameters, counter);
      if (found.startsWith(challenge.parameters.keyPrefix)) return { counter: counter, derivedKey: found };
    }
    throw new Error("no solution");
  }

  async function fill(input) {
    const challenge = JSON.parse(input.dataset.challenge);
    const status = document.getElementById(input.dataset.status);
    const say = (text) => { if (status) status.textContent = text; };
    let waiting = null;
    const hold = (event) => { event.preventDefault(); waiting = event.submitter || input.form; };
    input.form.addEventListener("submit", hold);
    try {
      const solution = await solve(challenge, (n) => say(status ? status.dataset.working.replace("{percent}", n) : ""));
      input.value = btoa(JSON.stringify({ challenge: challenge, solution: solution }));
      say(status ? status.dataset.done : "");
    } catch (error) {
      say("");
    }
    input.form.removeEventListener("submit", hold);
    if (waiting) (waiting === input.form ? input.form.submit() : waiting.click());
  }

  if (window.crypto && crypto.subtle) document.querySelectorAll("input[data-challenge]").forEach(fill);
})();
