// What the API answered, in words.

import { el } from "/dom.js";

export function refusal({ status, why, detail, requestId, errors = [] }) {
  const rest = errors.map((each) => el("li", {}, each.message));
  return el("div", { class: "note wrong", role: "alert" },
    el("p", {}, el("strong", {}, `HTTP ${status}`), ` ${why}`),
    detail ? el("p", {}, detail) : null,
    rest.length ? el("ul", {}, ...rest) : null,
    requestId ? el("p", { class: "hint" }, `Request ${requestId}`) : null);
}
