// The list of products, page by page, and what can be done to each.

import { get } from "/api.js";
import { el, field, note } from "/dom.js";
import { askToDelete } from "/delete.js";
import { productForm } from "/product-form.js";
import { refusal } from "/refusal.js";

const NUMBERS = ["Price", "Stock"];

export async function products(about, changed) {
  const list = el("div", { "aria-live": "polite", "aria-busy": "false" });
  const status = el("div");
  const before = []; // the tokens of the pages before this one
  let token = null;
  let category = "";

  const filter = el("form", { class: "bar", onsubmit: filtered },
    field("Category", "category", { type: "search", autocomplete: "off" }),
    el("button", {}, "Show"),
    el("button", { type: "button", class: "main", onclick: () => productForm(null, about, saved) },
      "New product"));

  function filtered(event) {
    event.preventDefault();
    category = new FormData(filter).get("category").trim();
    before.length = 0;
    token = null;
    show();
  }

  async function show() {
    list.setAttribute("aria-busy", "true");
    try {
      draw(await get("/api/products", { category, nextToken: token }));
    } catch (error) {
      list.replaceChildren(note(error.message, "wrong"));
      const now = await get("/api/about").catch(() => null);
      if (now && !now.signIn.user) changed(now.signIn);
    }
    list.setAttribute("aria-busy", "false");
  }

  function draw(page) {
    if (!page.items) return list.replaceChildren(refusal(page));
    const back = () => { token = before.pop() ?? null; show(); };
    const next = () => { before.push(token); token = page.nextToken; show(); };
    list.replaceChildren(
      page.items.length ? table(page.items) : el("p", {}, emptiness(page)),
      el("p", { class: "bar" },
        el("button", { onclick: back, disabled: !before.length }, "Page before"),
        el("button", { onclick: next, disabled: !page.nextToken }, "Next page")));
  }

  function emptiness(page) {
    if (page.nextToken) return "None on this page; there may be some on the next ones.";
    return category ? `No product in the category ${category}.` : "There is no product yet.";
  }

  function table(items) {
    return el("table", { class: "cards" },
      el("thead", {}, el("tr", {}, ...["Id", "Name", "Category", "Price", "Stock", "Change"]
        .map((title) => el("th", { scope: "col", class: NUMBERS.includes(title) ? "number" : null }, title)))),
      el("tbody", {}, ...items.map(row)));
  }

  function row({ fields }) {
    const named = { id: fields.productId, ofCategory: about.sortKey ? fields.category : "" };
    const cell = (label, text, kind) => el("td", { "data-label": label, class: kind }, text ?? "–");
    const act = (label, work) => el("button",
      { onclick: () => opened(named, work), "aria-label": `${label} ${fields.productId}` }, label);
    return el("tr", {},
      el("th", { scope: "row" }, fields.productId ?? "–"),
      cell("Name", fields.productName),
      cell("Category", fields.category),
      cell("Price", fields.productPrice, "number"),
      cell("Stock", fields.stock, "number"),
      el("td", { class: "acts" },
        act("Edit", (read) => productForm({ ...read, ...named }, about, saved)),
        act("Delete", (read) => askToDelete({ ...read, ...named }, saved))));
  }

  /** Read it again, so that what is changed is what is there now. */
  async function opened(named, work) {
    try {
      const read = await get("/api/product", named);
      if (read.product) work(read.product);
      else status.replaceChildren(refusal(read));
    } catch (error) {
      status.replaceChildren(note(error.message, "wrong"));
    }
  }

  function saved(words) {
    status.replaceChildren(note(words));
    show();
  }

  await show();
  return el("div", {}, filter, status, list);
}
