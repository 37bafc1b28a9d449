// While typing: how many characters are left, a warning of names and contact details, options that clear the others.
const personal = [
  /[\w.+-]+@[\w-]+\.\w+/, // e-mail address
  /(?:\+44|\b0)[\d\s()-]{9,14}\d/, // telephone number
  /\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b/i, // national insurance number
  /\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame)\.? [A-Z][a-z]+/, // title and surname
  /[a-z,;:]\s+[A-Z][a-z]+ [A-Z][a-z]{2,}\b/, // two capitalised words within a sentence
];

for (const box of document.querySelectorAll("textarea[data-left], textarea[data-warning]")) {
  const limit = box.maxLength > 0 ? box.maxLength : Number(box.dataset.limit || 0);
  const count = document.getElementById(`${box.id}-left`);
  const warning = document.getElementById(`${box.id}-warning`);
  let spoken;
  const look = () => {
    const left = limit - box.value.length;
    if (count && limit) {
      count.hidden = false;
      count.textContent = (left < 0 ? box.dataset.over : box.dataset.left).replace("#", Math.abs(left).toLocaleString("en-GB"));
      clearTimeout(spoken);
      spoken = setTimeout(() => count.setAttribute("aria-live", left < limit / 10 ? "polite" : "off"), 800);
    }
    if (warning) {
      const found = personal.some((pattern) => pattern.test(box.value));
      if (warning.hidden === found) {
        warning.hidden = !found;
        warning.textContent = found ? box.dataset.warning : "";
      }
    }
  };
  box.addEventListener("input", look);
  look();
}

// An option such as "none of these" clears the others, and the others clear it.
document.addEventListener("change", ({ target }) => {
  if (target.type !== "checkbox" || !target.checked) return;
  const group = document.getElementsByName(target.name);
  const alone = target.dataset.behaviour === "exclusive";
  for (const other of group) {
    if (other !== target && (alone || other.dataset.behaviour === "exclusive")) other.checked = false;
  }
});
