import { Configuration, ProductsApi, ResponseError } from "./made/openapi-generator";
import type { ApiResponse } from "./made/openapi-generator";
import { play, type Reply } from "./scene";

/** It throws what is refused. */
async function reply<T, U>(asked: Promise<ApiResponse<T>>, of: (told: T) => U): Promise<Reply<U>> {
  try {
    const got = await asked;
    return { status: got.raw.status, data: got.raw.status === 204 ? undefined : of(await got.value()) };
  } catch (refused) {
    if (!(refused instanceof ResponseError)) throw refused;
    const { code } = (await refused.response.json()) as { code: string };
    return { status: refused.response.status, code };
  }
}

await play("openapi-generator-fetch", (basePath, accessToken) => {
  const api = new ProductsApi(new Configuration({ basePath, accessToken }));
  const product = (told: any) => ({ ...told, createdAt: String(told.createdAt) });
  return {
    create: (newProduct) => reply(api.createProductRaw({ newProduct }), product),
    list: (limit, nextToken) =>
      reply(api.listProductsRaw({ limit, nextToken }), (told) => ({
        items: told.items.map(product),
        nextToken: told.nextToken,
      })),
    get: (productId) => reply(api.getProductRaw({ productId }), product),
    change: (productId, productChanges, ifMatch) =>
      reply(api.updateProductRaw({ productId, productChanges, ifMatch }), product),
    remove: (productId, ifMatch) =>
      reply(api.deleteProductRaw({ productId, ifMatch }), () => undefined),
  };
});
