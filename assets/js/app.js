// The portal's own script. Every page works without it: it only saves steps. It listens on the document, so that what
// htmx swaps in later behaves the same.
//
//   <button data-dialog="id">        opens the <dialog id>; <button data-close> inside closes it
//   <button data-copy="id" data-copied="Copied">   copies that element's text or value and says so
//   <form data-guard>                asks before the page is left with unsaved changes
//   <input data-search>              is where "/" leads; Escape leads out of its form again
//   <output data-saved="Saved HH:MM" data-failed="Not saved">   says one of them after each htmx request of its form;
//                                    with H for HH the hour has no zero before it, as in Swedish
import "htmx.org";

const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const found = event.target.closest?.(selector);
    if (found) act(found, event);
  });

on("click", "[data-dialog]", (button, event) => {
  event.preventDefault();
  document.getElementById(button.dataset.dialog)?.showModal();
});

on("click", "dialog [data-close]", (button, event) => {
  event.preventDefault();
  button.closest("dialog").close();
});

// A menu closes when something else is clicked or focused, and on Escape.
const closeMenus = (except) =>
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(except)) menu.open = false;
  });
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));
on("keydown", "details.menu[open]", (menu, event) => {
  if (event.key !== "Escape") return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const field = document.querySelector("[data-search]");
  if (key === "Escape" && field?.form.contains(target)) target.blur();
  if (key !== "/" || !field || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.closest("input, select, textarea")) return;
  event.preventDefault();
  field.focus();
});

on("click", "[data-copy]", async (button) => {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => (label.textContent = before), 2000);
});

let unsaved = false;
on("input", "form[data-guard]", () => (unsaved = true));
document.addEventListener("submit", () => (unsaved = false));
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

// One part that could not be saved outweighs all that could, until it is.
const failed = new Set();
const report = (target, saved) => {
  const output = [...(target.closest?.("form")?.elements ?? [])].find((element) => element.matches("[data-saved]"));
  if (!output) return;
  failed[saved ? "delete" : "add"](target);
  unsaved = failed.size > 0;
  const [hours, minutes] = new Date().toTimeString().split(":");
  const done = output.dataset.saved.replace("HH", hours).replace("H", Number(hours)).replace("MM", minutes);
  output.textContent = unsaved ? (output.dataset.failed ?? "") : done;
};
// What led elsewhere led to the log-in page: nothing was saved.
document.addEventListener("htmx:after:request", ({ target, detail: { ctx } }) =>
  report(target, ctx.response?.raw.ok && !ctx.response.raw.redirected),
);
document.addEventListener("htmx:error", ({ target }) => report(target, false));

// A page that came back with errors starts at their summary; so does a fragment that htmx swaps in.
const showErrors = (root) => root.querySelector?.("[data-focus]")?.focus();
document.addEventListener("htmx:after:swap", ({ target }) => showErrors(target));
showErrors(document);
document.querySelector(".site-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
