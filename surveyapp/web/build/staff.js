// The staff script: the design system's behaviours that we use, sortable tables, and asking before leaving typed text.
import {
  Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, ServiceNavigation, SkipLink, createAll,
} from "govuk-frontend";
import { sortTables } from "./sort.js";
import "./typing.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const component of [
  Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, ServiceNavigation, SkipLink,
]) {
  createAll(component);
}
sortTables(document);

// A filter that is not in use is folded on a phone; without script it stands open.
if (matchMedia("(max-width: 40em)").matches && !location.search) {
  for (const fold of document.querySelectorAll("details[data-fold-on-phone]")) fold.open = false;
}

// Whether a table is wider than its place shows only here: its edge may lie between two columns.
const seen = new ResizeObserver((entries) => {
  for (const { target } of entries) target.toggleAttribute("data-scrolls", target.scrollWidth > target.clientWidth + 1);
});
for (const table of document.querySelectorAll(".app-table-scroll")) seen.observe(table);

// On paper nothing can be opened any more: what is folded away is printed too, and folded again afterwards.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("main details:not([open])")];
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of folded) details.open = false;
});
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
