import createClient from "openapi-fetch";
import type { components, paths } from "./made/schema";
import { play, type Reply } from "./scene";

type Problem = components["schemas"]["Problem"];

function reply<T>(got: { data?: T; error?: Problem; response: Response }): Reply<T> {
  return { status: got.response.status, data: got.data, code: got.error?.code };
}

await play("openapi-fetch", (baseUrl, token) => {
  const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
  const path = (productId: string) => ({ path: { productId } });
  return {
    create: async (body) => reply(await api.POST("/products", { body })),
    list: async (limit, nextToken) =>
      reply(await api.GET("/products", { params: { query: { limit, nextToken } } })),
    get: async (id) => reply(await api.GET("/products/{productId}", { params: path(id) })),
    change: async (id, body, ifMatch) =>
      reply(
        await api.PUT("/products/{productId}", {
          params: { ...path(id), header: { "If-Match": ifMatch } },
          body,
        }),
      ),
    patch: async (id, body) =>
      reply(
        await api.PATCH("/products/{productId}", {
          params: path(id),
          headers: { "Content-Type": "application/merge-patch+json" },
          body,
        }),
      ),
    remove: async (id, ifMatch) => {
      const { response } = await api.DELETE("/products/{productId}", {
        params: { ...path(id), header: { "If-Match": ifMatch } },
      });
      return { status: response.status };
    },
  };
});
