// The API as tools of an MCP server, which openapi-mcp-generator writes from the document.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { play, type New, type Page, type Reply, type Stored } from "./scene";

const begun: Client[] = [];

async function connected(url: string, token: string) {
  const client = new Client({ name: "scene", version: "1" });
  const env = { API_BASE_URL: url, BEARER_TOKEN_COGNITOIDTOKEN: token };
  const args = ["made/openapi-mcp-generator/build/index.js"];
  await client.connect(new StdioClientTransport({ command: "node", args, env, stderr: "ignore" }));
  begun.push(client);
  return client;
}

/** Of the text that a tool answers; what is longer than 200 characters of a problem it leaves out. */
function reply<T>(text: string): Reply<T> {
  const status = Number(/Status:? (\d+)/.exec(text)?.[1]);
  const body = text.slice(text.indexOf("\n") + 1);
  if (status < 300) return { status, data: body.startsWith("{") ? JSON.parse(body) : undefined };
  return { status, code: /"code":"(\w+)"/.exec(text)?.[1] };
}

await play("openapi-mcp-generator", (url, token) => {
  const client = connected(url, token);
  async function call<T>(name: string, given: Record<string, unknown>): Promise<Reply<T>> {
    const { content } = await (await client).callTool({ name, arguments: given });
    return reply(content instanceof Array ? String(content[0]?.text) : "");
  }
  const condition = (etag?: string) => (etag ? { "If-Match": etag } : {});
  return {
    create: (requestBody: New) => call<Stored>("createProduct", { requestBody }),
    list: (limit, nextToken) => call<Page>("listProducts", { limit, nextToken }),
    get: (productId) => call<Stored>("getProduct", { productId }),
    change: (productId, requestBody, etag) =>
      call<Stored>("updateProduct", { productId, requestBody, ...condition(etag) }),
    patch: (productId, changes) =>
      call<Stored>("patchProduct", { productId, requestBody: JSON.stringify(changes) }),
    remove: (productId, etag) => call<void>("deleteProduct", { productId, ...condition(etag) }),
  };
});
for (const client of begun) await client.close();
