import { Api, type HttpResponse, type Problem } from "./made/sta/api";
import { play, type Reply } from "./scene";

/** It throws what is refused. */
async function reply<T>(asked: Promise<HttpResponse<T, unknown>>): Promise<Reply<T>> {
  try {
    const got = await asked;
    return { status: got.status, data: got.data };
  } catch (refused) {
    const { status, error } = refused as HttpResponse<T, Problem>;
    return { status, code: error.code };
  }
}

await play("swagger-typescript-api", (baseUrl, token) => {
  const { products } = new Api({
    baseUrl,
    baseApiParams: { headers: { Authorization: `Bearer ${token}` } },
  });
  const match = (ifMatch?: string): { headers: Record<string, string> } => ({
    headers: ifMatch ? { "If-Match": ifMatch } : {},
  });
  return {
    create: (body) => reply(products.createProduct(body)),
    list: (limit, nextToken) => reply(products.listProducts({ limit, nextToken })),
    get: (id) => reply(products.getProduct(id)),
    change: (id, body, ifMatch) => reply(products.updateProduct(id, body, match(ifMatch))),
    remove: (id, ifMatch) => reply(products.deleteProduct(id, match(ifMatch))),
  };
});
