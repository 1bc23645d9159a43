// Uses the page in Chromium as a person would. What it says is asked for word by word.
import { chromium } from "playwright-core";

const expected = [
  ["sign-in", "signed in"],
  ["create", "create: 201 ok"],
  ["create", "create: 409 product_exists"],
  ["change", "change: 200 ok"],
  ["change-stale", "change of an old version: 412 version_mismatch"],
  ["remove", "delete: 204 ok"],
];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  const preflights = [];
  const said = [];
  page.on("console", (message) => message.text().includes("the server responded with") || said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  network.on("Network.requestWillBeSent", ({ request }) => request.method === "OPTIONS" && preflights.push(request.url));
  await page.goto(process.env.PAGE_URL);
  await page.fill("#user", process.env.PAGE_USER);
  await page.fill("#password", process.env.PRODUCTSAPI_PASSWORD);
  for (const [number, [button, text]] of expected.entries()) {
    await page.click(`#${button}`);
    await page.waitForFunction((n) => document.querySelector("#log").textContent.split("\n").length > n, number + 1);
    const line = (await page.textContent("#log")).split("\n")[number];
    console.log(line);
    if (line !== text) throw new Error(`expected: ${text}; the console says: ${said.join("; ")}`);
  }
  if (said.length) throw new Error(said.join("; "));
  const counted = preflights.filter((url) => url.includes("/products")).length;
  if (!counted) throw new Error("no preflight was sent: the page isn't of another origin");
  console.log(`${counted} preflights`);
} finally {
  await browser.close();
}
