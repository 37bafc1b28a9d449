// Asks the browser for a passkey (or to make one) and sends what it answers with the page's own form.
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const button = form.querySelector("button");
  const status = form.querySelector("[data-passkey-status]");
  if (!window.PublicKeyCredential || !PublicKeyCredential.parseCreationOptionsFromJSON) {
    status.textContent = form.dataset.impossible;
    return;
  }
  const ask = () => {
    const options = JSON.parse(form.dataset.options);
    return form.dataset.passkey === "create"
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  };
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    status.textContent = "";
    try {
      form.elements.credential.value = JSON.stringify((await ask()).toJSON());
      form.submit();
    } catch {
      status.textContent = form.dataset.failed;
    }
  });
  button.disabled = false; // it can be pressed only once there is somebody to listen
  button.removeAttribute("aria-disabled");
})();
