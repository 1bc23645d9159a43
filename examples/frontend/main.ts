import createClient from "openapi-fetch";
import type { paths } from "./schema"; // made by openapi-typescript of openapi.json
import settings from "./settings.json"; // made by `productsapi config frontend`

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const say = (text: string) => element("log").append(`${text}\n`);
const api = createClient<paths>({ baseUrl: settings.api_url });
let etag = ""; // of the product as this page last saw it

async function signIn(USERNAME: string, PASSWORD: string): Promise<void> {
  const { region, user_pool_client_id: ClientId, cognito_endpoint: local } = settings;
  const answer = await fetch(local ? `${local}/` : `https://cognito-idp.${region}.amazonaws.com/`, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME, PASSWORD } }),
  });
  const { AuthenticationResult, message } = await answer.json();
  if (!AuthenticationResult) return say(`sign-in: ${message}`);
  api.use({ onRequest: ({ request }) => request.headers.set("Authorization", AuthenticationResult.IdToken) });
  say("signed in");
}

function told(what: string, got: { error?: { code?: string }; response: Response }): void {
  etag = got.response.headers.get("ETag") ?? etag;
  const id = got.response.headers.get("x-amzn-RequestId");
  say(`${what}: ${got.response.status} ${got.error?.code ?? "ok"}${id ? "" : " without a request id"}`);
}

const value = (id: string) => element<HTMLInputElement>(id).value;
const where = (match = etag) => ({ path: { productId: value("id") }, header: { "If-Match": match } });
const actions = {
  "sign-in": () => signIn(value("user"), value("password")),
  create: async () => told("create", await api.POST("/products", { body: {
    productId: value("id"), productName: "Lamp", category: "Home", productPrice: 30.4, stock: 7 } })),
  change: async () => told("change", await api.PUT("/products/{productId}", { params: where(), body: { stock: 6 } })),
  "change-stale": async () => told("change of an old version", await api.PUT("/products/{productId}", { params: where('"1"'), body: { stock: 5 } })),
  remove: async () => told("delete", await api.DELETE("/products/{productId}", { params: where() })),
};
for (const [id, act] of Object.entries(actions)) element(id).onclick = () => act().catch((e) => say(`${id}: ${e}`));
