// The keyboard of the desk; everything that a key does, a button does too.
(() => {
  "use strict";
  const desk = document.getElementById("desk");
  const confirm = document.getElementById("confirm");
  const page = desk || confirm;
  if (!page) return;

  const cards = () => [...document.querySelectorAll("[data-card]")];
  const help = document.getElementById("keys");
  let last = null; // the card one was at before the help
  document.addEventListener("focusin", (event) => {
    if (!help?.contains(event.target)) last = event.target.closest("[data-card]");
  });
  const current = () => {
    const at = document.activeElement;
    return help?.contains(at) ? last : at.closest("[data-card]");
  };

  function go(step) {
    const all = cards();
    const next = all[all.indexOf(current()) + step];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  }

  // The button of this key on the card that has the focus; where some are ticked, what it does is
  // done to all of those.
  function press(key) {
    const ticked = cards().filter((card) => card.querySelector("input:checked"));
    const at = ticked.length && !ticked.includes(current()) ? ticked[0] : current();
    const button = at?.querySelector(`button[data-key="${key}"]`);
    if (button && ticked.length) {
      desk.elements.action.value = button.value.split(":")[0];
      desk.querySelector(".desk-many button").click();
    } else {
      button?.click();
    }
    return Boolean(button);
  }

  const moves = {
    j: () => go(1),
    k: () => go(-1),
    x: () => current()?.querySelector("input[type=checkbox]")?.click(),
    o: () => { const at = current(); if (at?.dataset.open) window.location.assign(at.dataset.open); },
    z: () => desk.querySelector('button[name="undo"]')?.click(),
    "?": () => {
      const at = current();
      help.open = !help.open;
      (help.open || !at ? help.querySelector("summary") : at).focus();
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

  // After an act one is at the card that came in its place.
  const PLACE = "desk-place";
  if (desk) {
    const [queue, place] = (sessionStorage.getItem(PLACE) || "").split(" ");
    sessionStorage.removeItem(PLACE);
    if (queue === desk.elements.queue.value) (cards()[place] || cards().at(-1))?.focus();
    desk.addEventListener("submit", (event) => {
      const at = event.submitter?.closest("[data-card]") || current();
      if (at) sessionStorage.setItem(PLACE, `${desk.elements.queue.value} ${cards().indexOf(at)}`);
    });
  } else if (!confirm.querySelector(".errorlist")) {
    // Enter sends; a note is written first.
    const first = confirm.elements.action.value === "note" ? "textarea" : ".desk-go";
    confirm.querySelector(first)?.focus({ preventScroll: true });
  }

  // The text of a picked reason is filled in, and can be changed.
  const reason = document.querySelector("textarea[name=reason]");
  const picked = confirm?.querySelector("input[data-text]:checked");
  if (reason && picked && !reason.value) reason.value = picked.dataset.text;
  document.addEventListener("change", (event) => {
    const text = event.target.dataset?.text;
    if (text !== undefined && reason) reason.value = text;
  });
})();
