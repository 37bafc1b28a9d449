// Saves the interviewer's notes while they are typed; without it the buttons save. The status never calls what is typed
// since the last save saved.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0;
  let saving = false;
  const save = async () => {
    if (saving) return plan();
    saving = true;
    timer = 0;
    const typed = new FormData(form);
    typed.set("do", "autosave");
    try {
      const answer = await fetch(form.action, { method: "POST", body: typed, redirect: "manual" });
      if (answer.ok) form.elements.stand.value = (await answer.json()).stand; // our own change is no news to us
      if (!timer) status.textContent = answer.ok ? form.dataset.saved : form.dataset.unsaved;
    } catch {
      status.textContent = form.dataset.unsaved;
      plan();
    }
    saving = false;
  };
  const plan = () => {
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  };
  const changed = () => {
    status.textContent = "";
    plan();
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  // What was typed while this script was still on its way, or put back by the browser, is saved too.
  const asServed = form.cloneNode(true);
  asServed.reset();
  const contents = (one) => new URLSearchParams(new FormData(one)).toString();
  if (contents(form) !== contents(asServed)) plan();
})();
