// The system as a drawing: users and the API, the functions, the table. States by colour and word.

import { svg } from "/dom.js";

const WIDTH = 920, BOX = { width: 210, height: 58 };
const ROW = 92;
const PLACES = { users: [10, 0.5], api: [10, 2], table: [700, 1.5], monitoring: [700, 3] };
const FUNCTIONS = ["create", "get", "update", "delete"];

/** `opened` is called with a box's id when it is asked for. */
export function diagram({ boxes, routes }, wordOf, opened) {
  const at = new Map(boxes.map((box) => [box.id, placeOf(box.id)]));
  const api = at.get("api"), table = at.get("table"), users = at.get("users");
  const lines = [];
  if (users && api) lines.push(line([users.x + 105, users.bottom], [api.x + 105, api.y], "unchanged"));
  for (const name of FUNCTIONS.filter((each) => at.has(each))) {
    const place = at.get(name);
    const mine = routes.filter((route) => route.function === name);
    if (api) {
      lines.push(line([api.right, api.middle], [place.x, place.middle], worst(mine)));
      lines.push(...labels(mine, place));
    }
    if (table) lines.push(line([place.right, place.middle], [table.x, table.middle], "unchanged"));
  }
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${ROW * 4}`, class: "diagram", role: "group",
    "aria-label": "The deployed system" },
  ...lines, ...boxes.map((box) => drawn(box, at.get(box.id), wordOf, opened)));
}

function placeOf(id) {
  const index = FUNCTIONS.indexOf(id);
  const [x, row] = index >= 0 ? [430, index] : PLACES[id];
  const y = row * ROW + 22;
  const { width, height } = BOX;
  return { x, y, right: x + width, bottom: y + height, middle: y + height / 2 };
}

function drawn(box, place, wordOf, opened) {
  const word = wordOf(box);
  const open = () => opened(box.id);
  const pressed = (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(); }
  };
  return svg("g", { class: `box ${box.state}`, tabindex: 0, role: "button", onclick: open,
    onkeydown: pressed, "aria-label": `${box.title} ${box.name}: ${word}` },
  svg("rect", { ...BOX, x: place.x, y: place.y, rx: 8 }),
  svg("text", { x: place.x + 12, y: place.y + 19, class: "title" }, box.title),
  svg("text", { x: place.x + 12, y: place.y + 35 }, shortened(box.name, 30)),
  svg("text", { x: place.x + 12, y: place.y + 51, class: "state" }, word));
}

function labels(routes, place) {
  const start = place.middle - 6 - (routes.length - 1) * 14;
  return routes.map(({ route, lets, state }, number) => {
    const open = lets === "NONE";
    return svg("text", { x: place.x - 8, y: start + number * 14, "text-anchor": "end",
      class: `route ${open ? "update" : state}` }, open ? `${route} (open to all)` : route);
  });
}

function line([x1, y1], [x2, y2], state) {
  const bend = x1 === x2 ? `L ${x2} ${y2}` : `L ${x1 + 12} ${y1} L ${x1 + 12} ${y2} L ${x2} ${y2}`;
  return svg("path", { d: `M ${x1} ${y1} ${bend}`, class: `line ${state}` });
}

function worst(routes) {
  return routes.map((route) => route.state).find((state) => state !== "unchanged") ?? "unchanged";
}

function shortened(text, length) {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
