// Elements with their attributes and children. Text is always text, never markup.

const SVG = "http://www.w3.org/2000/svg";

export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

let number = 0;

/** An input below its label, with a place for what is wrong about it. */
export function field(label, name, { tag = "input", hint = "", ...attributes } = {}) {
  const id = `f${++number}`;
  const input = el(tag, { id, name, "aria-describedby": `${id}-hint ${id}-error`, ...attributes });
  return el("div", { class: "field", "data-field": name },
    el("label", { for: id }, label),
    input,
    el("p", { class: "hint", id: `${id}-hint` }, hint),
    el("p", { class: "error", id: `${id}-error` }));
}

/** Put each violation at its field; gives those that have none. */
export function showViolations(form, violations) {
  for (const place of form.querySelectorAll("[data-field]")) {
    const mine = violations.filter((each) => each.field === place.dataset.field);
    place.querySelector(".error").textContent = mine.map((each) => each.message).join("; ");
    const input = place.querySelector("input, textarea");
    if (mine.length) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  form.querySelector("[aria-invalid]")?.focus();
}

/** A note that is read out: what was done, or what went wrong. */
export function note(text, kind = "done") {
  return el("p", { class: `note ${kind}`, role: kind === "wrong" ? "alert" : "status" }, text);
}
