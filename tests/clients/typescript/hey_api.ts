import { createClient } from "./made/heyapi/client";
import { createProduct, deleteProduct, getProduct, listProducts } from "./made/heyapi";
import { patchProduct, updateProduct } from "./made/heyapi";
import type { Problem } from "./made/heyapi";
import { play, type Reply } from "./scene";

function reply<T>(got: { data?: T; error?: Problem; response?: Response }): Reply<T> {
  return { status: got.response?.status ?? 0, data: got.data, code: got.error?.code };
}

await play("hey-api", (baseUrl, auth) => {
  const client = createClient({ baseUrl, auth });
  const path = (productId: string) => ({ client, path: { productId } });
  return {
    create: async (body) => reply(await createProduct({ client, body })),
    list: async (limit, nextToken) =>
      reply(await listProducts({ client, query: { limit, nextToken } })),
    get: async (id) => reply(await getProduct(path(id))),
    change: async (id, body, ifMatch) =>
      reply(await updateProduct({ ...path(id), body, headers: { "If-Match": ifMatch } })),
    patch: async (id, body) => reply(await patchProduct({ ...path(id), body })),
    remove: async (id, ifMatch) => {
      const { response } = await deleteProduct({ ...path(id), headers: { "If-Match": ifMatch } });
      return { status: response?.status ?? 0 };
    },
  };
});
