// The keyboard of the desk; everything that a key does, a button does too.
(() => {
  "use strict";
  const cards = () => [...document.querySelectorAll("[data-card]")];
  const current = () => document.activeElement.closest("[data-card]");
  const form = document.getElementById("desk");

  function go(step) {
    const all = cards();
    const next = all[all.indexOf(current()) + step];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  }

  const press = (key) =>
    (current() || document).querySelector(`button[data-key="${key}"]`)?.click();

  const deeds = {
    j: () => go(1),
    k: () => go(-1),
    x: () => current()?.querySelector("input[type=checkbox]")?.click(),
    o: () => { const at = current(); if (at?.dataset.open) window.location.assign(at.dataset.open); },
    z: () => document.querySelector('button[data-key="z"]')?.click(),
    "?": () => { const help = document.querySelector(".desk-help"); help.open = !help.open; help.querySelector("summary").focus(); },
  };
  for (const key of "arslbnc") deeds[key] = () => current() && press(key);
  for (const key of "123456789") {
    deeds[key] = () => {
      if (!current()) return;
      form.elements.nth.value = key;
      press("r");
    };
  }

  // On the page that asks for a reason, the number picks one.
  const reasons = () => [...document.querySelectorAll("input[name=template][data-text]")];

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("textarea, select, input:not([type=checkbox], [type=radio])")) return;
    if (form && deeds[event.key]) {
      event.preventDefault();
      deeds[event.key]();
    } else if (!form && /^[1-9]$/.test(event.key)) {
      reasons()[event.key - 1]?.click();
    }
  });

  // The text of a picked reason is filled in, and can be changed.
  document.addEventListener("change", (event) => {
    const text = event.target.dataset?.text;
    const reason = document.querySelector("textarea[name=reason]");
    if (text !== undefined && reason) reason.value = text;
  });
})();
