// Shows the document in one viewer in Chromium: node look.mjs NAME. Nothing may go wrong or be said.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const viewers = {
  "swagger-ui": {
    head: '<link rel="stylesheet" href="/node_modules/swagger-ui-dist/swagger-ui.css">',
    body: `<div id="ui"></div><script src="/node_modules/swagger-ui-dist/swagger-ui-bundle.js"></script>
      <script>SwaggerUIBundle({ url: "/openapi.json", dom_id: "#ui", validatorUrl: null, docExpansion: "full" })</script>`,
    wrong: ".errors-wrapper, .loading-container .failed-config",
    shown: ".opblock",
  },
  redoc: {
    body: `<redoc spec-url="/openapi.json"></redoc>
      <script src="/node_modules/redoc/bundles/redoc.standalone.js"></script>`,
    wrong: "text=Something went wrong",
    shown: '[data-section-id^="tag/"], [id^="tag/"]',
  },
  rapidoc: {
    body: `<script type="module" src="/node_modules/rapidoc/dist/rapidoc-min.js"></script>
      <rapi-doc spec-url="/openapi.json" render-style="view" load-fonts="false"></rapi-doc>`,
    wrong: "text=Unable to",
    shown: ".endpoint-head",
  },
  scalar: {
    body: `<div id="ui"></div><script src="/node_modules/@scalar/api-reference/dist/browser/standalone.js"></script>
      <script>Scalar.createApiReference("#ui", { url: "/openapi.json", withDefaultFonts: false, telemetry: false })</script>`,
    wrong: "text=/could not be parsed|Document .* could not be loaded/i",
    shown: 'text="/products/{productId}"',
  },
};
const { paths } = JSON.parse(await readFile("openapi.json", "utf-8"));
const operations = Object.values(paths).flatMap((path) => Object.values(path));
const summaries = operations.map((operation) => operation.summary).filter(Boolean);
const types = { css: "text/css", js: "text/javascript", mjs: "text/javascript", json: "application/json" };
const { head = "", body, wrong, shown } = viewers[process.argv[2]];
const server = createServer(async (request, response) => {
  const path = new URL(request.url, "http://here").pathname;
  if (path === "/") {
    const page = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${head}<body>${body}`;
    return response.writeHead(200, { "Content-Type": "text/html" }).end(page);
  }
  try {
    const type = types[path.split(".").pop()] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type }).end(await readFile(`.${path}`));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((begun) => server.listen(0, "127.0.0.1", begun));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 2000 } });
  const said = [];
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && said.push(m.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  const origin = `http://127.0.0.1:${server.address().port}`;
  // Nothing is fetched from elsewhere: a logo, a font.
  const elsewhere = (url) => url.origin !== origin && url.protocol.startsWith("http");
  await page.route(elsewhere, (route) => route.fulfill({ status: 200, body: "" }));
  await page.goto(origin);
  await page.locator(shown).first().waitFor({ timeout: 120_000 });
  for (const summary of summaries) {
    await page.getByText(summary).first().waitFor({ state: "attached", timeout: 60_000 });
  }
  await page.waitForTimeout(2_000);
  const errors = await page.locator(wrong).allTextContents();
  const found = [...errors, ...said];
  if (found.length) throw new Error(found.join("\n"));
} finally {
  await browser.close();
  server.close();
}
