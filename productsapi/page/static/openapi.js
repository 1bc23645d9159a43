// The OpenAPI document in Swagger UI, in a frame of its own.

import { get } from "/api.js";
import { el, note } from "/dom.js";

export async function openapi(about) {
  const viewer = await get("/api/viewer");
  if (!viewer.there) {
    return note(`The viewer isn't installed. Next: ${viewer.install}, then productsapi open.`, "warn");
  }
  const { user } = about.signIn;
  return el("div", {},
    el("p", {}, user ? `What is tried here is called as ${user}.`
      : "Sign in under Products to try calls: without it they are answered with 502."),
    el("iframe", { src: "/viewer", title: "The API, in Swagger UI" }));
}
