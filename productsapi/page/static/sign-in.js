// Sign in, and answer what Cognito asks besides: a new password, or a code.

import { post } from "/api.js";
import { el, field, note } from "/dom.js";

export function signInForm(state, changed) {
  const status = el("div");
  const form = el("form", { class: "narrow", onsubmit: send }, ...inputs(state), status,
    state.asked ? el("p", {}, el("button", { type: "button", onclick: startOver }, "Start over")) : null);

  function startOver() {
    post("/api/sign-out").then(changed)
      .catch((error) => status.replaceChildren(note(error.message, "wrong")));
  }

  async function send(event) {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    form.querySelector("button").disabled = true;
    try {
      await changed(await post(state.asked ? "/api/answer" : "/api/sign-in", given));
    } catch (error) {
      status.replaceChildren(note(error.message, "wrong"));
      form.querySelector("button").disabled = false;
    }
  }
  return form;
}

function inputs(state) {
  if (state.asked === "password") {
    return [
      el("p", {}, `${state.of} has a temporary password. Choose a new one.`),
      field("User", "user", { autocomplete: "username", readonly: true, value: state.of }),
      field("New password", "answer",
        { type: "password", autocomplete: "new-password", required: true }),
      el("button", { class: "main" }, "Set it and sign in"),
    ];
  }
  if (state.asked === "code") {
    const where = state.sentTo ? `sent to ${state.sentTo}` : "of the authenticator app";
    return [
      el("p", {}, `Cognito asks ${state.of} for the code ${where}.`),
      field("Code", "answer", { autocomplete: "one-time-code", inputmode: "numeric", required: true }),
      el("button", { class: "main" }, "Sign in"),
    ];
  }
  return [
    el("p", {}, "As a user of the stack's user pool. The tokens stay out of the browser."),
    field("User", "user", { autocomplete: "username", required: true, autocapitalize: "none" }),
    field("Password", "password",
      { type: "password", autocomplete: "current-password", required: true }),
    el("button", { class: "main" }, "Sign in"),
  ];
}
