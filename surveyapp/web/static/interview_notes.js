// Saves the interviewer's notes while they are typed; without it the buttons save.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const status = form.querySelector("[data-autosave-status]");
  let timer = 0;
  let saving = false;
  const save = async () => {
    if (saving) return plan();
    saving = true;
    const typed = new FormData(form);
    typed.set("do", "autosave");
    try {
      const answer = await fetch(form.action, { method: "POST", body: typed, redirect: "manual" });
      if (answer.ok) form.elements.stand.value = (await answer.json()).stand; // our own change is no news to us
      status.textContent = answer.ok ? form.dataset.saved : form.dataset.unsaved;
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
  form.addEventListener("input", plan);
  form.addEventListener("change", plan);
  // What was typed while this script was still on its way, or put back by the browser, is saved too.
  const asServed = form.cloneNode(true);
  asServed.reset();
  const contents = (one) => new URLSearchParams(new FormData(one)).toString();
  if (contents(form) !== contents(asServed)) plan();
})();
