// Coding comments by keyboard, and taking over words selected in the comment; everything works without it.
(() => {
  const form = document.querySelector("form[data-coding]");
  if (!form) return;
  const first = form.querySelector("input[type=checkbox], input[type=radio]");
  if (first && !document.querySelector(".govuk-error-summary")) first.focus({ preventScroll: true });
  const keys = form.querySelector("[data-keys]");
  if (keys) keys.hidden = false;

  // Single keys act only while the focus is on one of the form's boxes, so that they never surprise anyone elsewhere.
  form.addEventListener("keydown", (event) => {
    const box = event.target.closest("input[type=checkbox], input[type=radio]");
    if (!box || event.ctrlKey || event.altKey || event.metaKey) return;
    const unit = box.closest("[data-codes]") ?? form.querySelector("[data-codes]");
    if (/^[1-9]$/.test(event.key) && unit) {
      const boxes = unit.querySelectorAll(":scope > .govuk-form-group input[type=checkbox]");
      const wanted = boxes[Number(event.key) - 1];
      if (!wanted) return;
      event.preventDefault();
      wanted.click();
      wanted.focus();
    } else if (event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[type=submit]"));
    }
  });

  const words = document.querySelector("[data-selected-words]");
  document.querySelector("[data-comment]")?.addEventListener("mouseup", () => {
    const chosen = String(getSelection()).trim();
    if (words && chosen) words.value = chosen;
  });
})();
