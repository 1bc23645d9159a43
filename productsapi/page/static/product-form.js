// A product's form, for a new one and for a change; what is wrong is shown at its field.

import { post } from "/api.js";
import { el, field, note, showViolations } from "/dom.js";
import { conflict, textOf } from "/conflict.js";
import { refusal } from "/refusal.js";

const INPUTS = [
  ["Id", "productId", {}],
  ["Name", "productName", {}],
  ["Category", "category", {}],
  ["Price", "productPrice", { inputmode: "decimal", hint: "Kept to the last digit." }],
  ["Stock", "stock", { inputmode: "numeric" }],
  ["Description", "description", { tag: "textarea", rows: 2 }],
  ["Further fields", "further", { tag: "textarea", rows: 3, hint: 'As JSON: {"colour": "red"}' }],
];

export function productForm(product, about, saved) {
  let read = product; // what the changes are compared with
  let etag = product?.etag; // the version that they are meant for
  const status = el("div");
  const title = product ? `Change ${product.id}` : "New product";
  const button = el("button", { class: "main" }, product ? "Save" : "Create");
  const form = el("form", { onsubmit: send, novalidate: true },
    ...INPUTS.map(([label, name, options]) => field(label, name, { autocomplete: "off", ...options })),
    status,
    el("p", { class: "bar" }, button,
      el("button", { type: "button", onclick: () => dialog.close() }, "Cancel")));
  const dialog = el("dialog", { "aria-label": title, onclose: () => dialog.remove() },
    el("h2", {}, title), form);

  function fill(values) {
    for (const [, name] of INPUTS) {
      form.elements[name].value = textOf(values, name);
    }
    form.elements.productId.readOnly = true;
    form.elements.category.readOnly = about.sortKey;
  }

  /** What was typed; of a product that there is, only what differs from what was read. */
  function typed() {
    const all = [...new FormData(form)];
    return Object.fromEntries(read ? all.filter(([name, text]) => text !== textOf(read, name)) : all);
  }

  async function send(event) {
    event?.preventDefault();
    button.disabled = true;
    try {
      settle(await asked());
    } catch (error) {
      status.replaceChildren(note(error.message, "wrong"));
    }
    button.disabled = false;
  }

  function asked() {
    if (!read) return post("/api/product/create", typed());
    const { id, ofCategory } = product;
    return post("/api/product/change", { ...typed(), id, ofCategory, etag, had: read.had });
  }

  function settle(answer) {
    if (answer.product) {
      dialog.close();
      saved(`${answer.product.fields.productId} is ${read ? "changed" : "created"}.`);
    } else if (answer.status === 412) {
      status.replaceChildren(conflict(answer, typed(), read, INPUTS, { takeTheirs, saveMine }));
      status.querySelector("button")?.focus();
    } else {
      status.replaceChildren(refusal({ ...answer, errors: [] }));
      showViolations(form, answer.errors);
    }
  }

  function takeTheirs(current) {
    read = current;
    etag = current.etag;
    fill(current);
    status.replaceChildren(note("These are the values as they are now."));
  }

  function saveMine(current) {
    etag = current.etag;
    send();
  }

  if (read) fill(read);
  document.body.append(dialog);
  dialog.showModal();
  form.elements[read ? "productName" : "productId"].focus();
}
