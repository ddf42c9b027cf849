// What makes the pages quicker; each of them works without it.
(() => {
  "use strict";
  const live = () => document.getElementById("live");

  function say(text, seen) {
    const region = live();
    region.classList.toggle("quiet", !seen);
    region.textContent = text;
    if (seen) setTimeout(() => { if (region.textContent === text) region.textContent = ""; }, 6000);
  }

  // A link to a comment of the same page ("next new") gives it the focus, and j and k go on there.
  const targeted = () => document.querySelector(".comment:target > article");
  window.addEventListener("hashchange", () => targeted()?.focus({ preventScroll: true }));

  // Ctrl+Enter sends the form that is being written in.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.target.closest("textarea, input")?.form?.requestSubmit();
    }
  });

  // j and k go through the comments or posts; /appearance/ can turn them off.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "j" && event.key !== "k") return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (document.documentElement.dataset.keys === "off") return;
    const stops = [...document.querySelectorAll("[data-stop]")].filter((e) => e.offsetParent);
    const at = document.activeElement.closest("[data-stop]") || targeted();
    const here = stops.indexOf(at);
    const next = stops[here + (event.key === "j" ? 1 : -1)];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  });

  // Drafts: what is typed into a composer stays on this device until it is sent.
  const draftKey = (field) => `draft ${document.body.dataset.member} ${field.dataset.draft}`;
  function restoreDrafts(root) {
    for (const field of root.querySelectorAll("textarea[data-draft]")) {
      const draft = localStorage.getItem(draftKey(field));
      if (draft && !field.value) field.value = draft;
    }
  }
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.dataset?.draft) return;
    if (field.value) localStorage.setItem(draftKey(field), field.value);
    else localStorage.removeItem(draftKey(field));
  });
  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector?.("textarea[data-draft]");
    // Kept until the next page shows that it arrived: then the composer is empty and says so.
    if (field) sessionStorage.setItem("sent", draftKey(field));
  });
  function dropSentDraft() {
    const key = sessionStorage.getItem("sent");
    if (key) localStorage.removeItem(key);
    sessionStorage.removeItem("sent");
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.querySelector("[aria-invalid='true'], .invalid-feedback")) dropSentDraft();
    restoreDrafts(document);
    document.querySelector(".alert-danger, .errors-summary")?.focus();
  });

  // Buttons of the form "deeds" and links to reply have their address once; htmx asks for it here.
  document.addEventListener("htmx:configRequest", (event) => {
    const element = event.detail.elt;
    const link = element.getAttribute("hx-get") === "" && element.getAttribute("href");
    event.detail.path = element.getAttribute("formaction") || link || event.detail.path;
  });
  // A second "reply" goes to the composer that is open, "cancel" puts it away.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.detail.elt;
    const open = link.matches("a:not(.more)") && link.closest(".comment")?.querySelector(":scope > article > .fold > .composer");
    if (!open) return;
    event.preventDefault();
    open.querySelector("textarea").focus();
  });
  document.addEventListener("click", (event) => {
    const composer = event.target.closest("[data-cancel]")?.closest("#thread .composer");
    if (!composer) return;
    event.preventDefault();
    composer.previousElementSibling?.querySelector("a[hx-get]")?.focus();
    composer.remove();
  });
  // More comments came in the place of a link: the focus goes to the first of them.
  let before;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const link = event.detail.requestConfig?.elt;
    // A composer goes below what one can do with its comment.
    if (link?.getAttribute("hx-get") === "") event.detail.swapOverride = "afterend";
    if (!link?.matches(".more, #more-comments a")) return;
    const item = link.closest("li") || document.querySelector("#thread > li:last-child");
    before = item && { list: item.parentElement, count: [...item.parentElement.children].indexOf(item) + !link.matches(".more") };
  });
  document.addEventListener("htmx:afterSettle", () => {
    before?.list.children[before.count]?.querySelector("article")?.focus();
    before = undefined;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const sent = event.detail.xhr?.getResponseHeader("X-Sent");
    if (sent) dropSentDraft();
    restoreDrafts(document);
    // A page of one comment has no such heading, and htmx would complain of that.
    const heading = document.getElementById("comments");
    const count = event.detail.xhr?.getResponseHeader("X-Comments");
    if (heading && count) heading.textContent = decodeURIComponent(count);
    if (sent) document.querySelector(`#c${sent} > article`)?.focus();
    // A moderator's button may be gone; htmx itself gives the focus to what has its id, or autofocus.
    else if (document.activeElement === document.body) event.target.closest(".comment > article")?.focus({ preventScroll: true });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) {
      sessionStorage.removeItem("sent");
      return;
    }
    const said = event.detail.xhr.getResponseHeader("X-Say");
    if (said) say(decodeURIComponent(said), false);
  });
  document.addEventListener("htmx:responseError", (event) => {
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    say(page.querySelector("main p")?.textContent || "That did not work.", true);
  });
  document.addEventListener("htmx:sendError", () => say("No connection. Nothing was lost; try again.", true));

  // Copy an address instead of going to it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-copy]");
    if (!link || !navigator.clipboard) return;
    event.preventDefault();
    navigator.clipboard.writeText(link.href).then(() => say("Link copied.", true));
  });
})();
