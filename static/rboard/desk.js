// The keyboard of the desk; everything that a key does, a button does too.
(() => {
  "use strict";
  const desk = document.getElementById("desk");
  const confirm = document.getElementById("confirm");
  const page = desk || confirm;
  if (!page) return;

  const cards = () => [...document.querySelectorAll("[data-card]")];
  const current = () => document.activeElement.closest("[data-card]");

  function go(step) {
    const all = cards();
    const next = all[all.indexOf(current()) + step];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  }

  // On the card that has the focus, the button of this key.
  function press(key) {
    const button = current()?.querySelector(`button[data-key="${key}"]`);
    button?.click();
    return Boolean(button);
  }

  const moves = {
    j: () => go(1),
    k: () => go(-1),
    x: () => current()?.querySelector("input[type=checkbox]")?.click(),
    o: () => { const at = current(); if (at?.dataset.open) window.location.assign(at.dataset.open); },
    z: () => desk.querySelector('button[name="undo"]')?.click(),
    "?": () => {
      const help = document.getElementById("keys");
      help.open = !help.open;
      help.querySelector("summary").focus();
    },
  };

  function onDesk(key) {
    if (Object.hasOwn(moves, key)) {
      moves[key]();
    } else if (/^[1-9]$/.test(key)) {
      desk.elements.nth.value = key; // remove, with that reason
      press("r");
    } else {
      return /^[a-z]$/.test(key) && press(key);
    }
    return true;
  }

  // Where more is asked, a number picks the length; where there is none, the reason.
  function pick(key) {
    if (!/^[1-9]$/.test(key)) return false;
    const lengths = confirm.querySelectorAll("input[name=days]");
    const choices = lengths.length ? lengths : confirm.querySelectorAll("input[data-text]");
    choices[key - 1]?.click();
    choices[key - 1]?.focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (page.dataset.keys === "off") return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("textarea, select, input:not([type=checkbox], [type=radio])")) return;
    if (desk ? onDesk(event.key) : pick(event.key)) event.preventDefault();
  });

  // The text of a picked reason is filled in, and can be changed.
  const reason = document.querySelector("textarea[name=reason]");
  const picked = confirm?.querySelector("input[data-text]:checked");
  if (reason && picked && !reason.value) reason.value = picked.dataset.text;
  document.addEventListener("change", (event) => {
    const text = event.target.dataset?.text;
    if (text !== undefined && reason) reason.value = text;
  });
})();
