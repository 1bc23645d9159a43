// Someone was faster: what is stored now beside what was typed, and what can be done.

import { el } from "/dom.js";

/** `mine` are the fields that the person has changed, `labels` what the form calls each. */
export function conflict({ why, current, gone }, mine, read, labels, { takeTheirs, saveMine }) {
  if (!current) {
    const what = gone ? "It has been deleted meanwhile." : "What is there now can't be read.";
    return el("div", { class: "note wrong", role: "alert" }, el("p", {}, why), el("p", {}, what));
  }
  return el("div", { class: "note wrong", role: "alert" },
    el("p", {}, why),
    el("table", { class: "cards" },
      el("thead", {}, el("tr", {}, ...["Field", "When read", "Now", "Yours"]
        .map((title) => el("th", { scope: "col" }, title)))),
      el("tbody", {}, ...differing(mine, read, current, labels))),
    el("p", { class: "bar" },
      el("button", { type: "button", onclick: () => takeTheirs(current) }, "Take what is there now"),
      el("button", { type: "button", onclick: () => saveMine(current) }, "Save mine over it")));
}

function differing(mine, read, current, labels) {
  return labels
    .filter(([, name]) => name in mine || textOf(current, name) !== textOf(read, name))
    .map(([label, name]) => el("tr", {},
      el("th", { scope: "row" }, label),
      el("td", { "data-label": "When read" }, textOf(read, name) || "–"),
      el("td", { "data-label": "Now" }, textOf(current, name) || "–"),
      el("td", { "data-label": "Yours" }, name in mine ? mine[name] || "–" : "as it is now")));
}

/** What the form's input holds of a product. */
export function textOf(product, name) {
  return (name === "further" ? product.further : product.fields[name]) ?? "";
}
