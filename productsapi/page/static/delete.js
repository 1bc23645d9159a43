// The question before a product is deleted, with what was read just now.

import { post } from "/api.js";
import { el, note } from "/dom.js";
import { refusal } from "/refusal.js";

export function askToDelete(product, saved) {
  const status = el("div");
  const { productId, productName, productPrice } = product.fields;
  const dialog = el("dialog", { "aria-label": `Delete ${productId}`, onclose: () => dialog.remove() },
    el("h2", {}, `Delete ${productId}?`),
    el("p", {}, `${productName ?? "It"}, at ${productPrice ?? "no price"}, is removed for good.`),
    status,
    el("p", { class: "bar" },
      el("button", { onclick: () => dialog.close(), autofocus: true }, "Keep it"),
      el("button", { class: "danger", onclick: remove }, "Delete")));

  async function remove() {
    const { id, ofCategory, etag } = product;
    try {
      const answer = await post("/api/product/delete", { id, ofCategory, etag });
      if (answer.status === 204) {
        dialog.close();
        saved(`${productId} is deleted.`);
      } else {
        status.replaceChildren(refusal(answer));
      }
    } catch (error) {
      status.replaceChildren(note(error.message, "wrong"));
    }
  }

  document.body.append(dialog);
  dialog.showModal();
}
