// Which view is shown, and who is signed in.

import { get, post } from "/api.js";
import { el, note } from "/dom.js";
import { logs } from "/logs.js";
import { openapi } from "/openapi.js";
import { products } from "/products.js";
import { signInForm } from "/sign-in.js";
import { stack } from "/stack.js";

const VIEWS = {
  products: ["Products", products],
  stack: ["Stack", stack],
  logs: ["Logs", logs],
  api: ["API", openapi],
};
const view = document.getElementById("view");
let about = null;
let stop = () => {}; // ends what the view does by itself
let asked = 0; // how many views were asked for

async function show() {
  stop();
  stop = () => {};
  const [wanted, query] = location.hash.slice(1).split("?");
  const name = Object.hasOwn(VIEWS, wanted) ? wanted : "products";
  const [title, build] = VIEWS[name];
  document.title = `${title} · ${about.stack}`;
  document.getElementById("views").replaceChildren(...links(name));
  view.replaceChildren(el("h1", {}, title));
  const mine = ++asked;
  const needed = name === "products" && !about.signIn.user;
  try {
    const inside = needed ? signInForm(about.signIn, changed)
      : await build(about, changed, new URLSearchParams(query));
    if (mine !== asked) return inside.stop?.(); // another view was asked for meanwhile
    stop = inside.stop ?? stop;
    view.append(inside);
  } catch (error) {
    if (mine === asked) view.append(note(error.message, "wrong"));
  }
}

function links(current) {
  return Object.entries(VIEWS).map(([name, [title]]) =>
    el("a", { href: `#${name}`, "aria-current": name === current ? "page" : null }, title));
}

/** After a sign-in or its end. */
function changed(signIn) {
  about.signIn = signIn;
  who();
  return show();
}

function who() {
  const place = document.getElementById("who");
  if (!about.signIn.user) return place.replaceChildren();
  const out = () => post("/api/sign-out").then(changed)
    .catch((error) => view.prepend(note(error.message, "wrong")));
  place.replaceChildren(`${about.signIn.user} `, el("button", { onclick: out }, "Sign out"));
}

try {
  about = await get("/api/about");
  document.getElementById("stack").textContent = about.stack;
  document.getElementById("place").textContent = about.place;
  who();
  addEventListener("hashchange", show);
  await show();
} catch (error) {
  view.replaceChildren(note(error.message, "wrong"));
}
