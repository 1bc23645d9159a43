import * as api from "./made/orval";
import { settings } from "./orval_fetch";
import { play, type Reply } from "./scene";

function reply<T>(got: { status: number; data?: unknown }): Reply<T> {
  const problem = got.data as api.Problem;
  return got.status < 400
    ? { status: got.status, data: got.data as T }
    : { status: got.status, code: problem.code };
}

await play("orval", (baseUrl, token) => {
  const use = <T>(ask: () => T) => {
    Object.assign(settings, { baseUrl, token });
    return ask();
  };
  const match = (ifMatch?: string): { headers: Record<string, string> } => ({
    headers: ifMatch ? { "If-Match": ifMatch } : {},
  });
  return {
    create: async (body) => reply(await use(() => api.createProduct(body))),
    list: async (limit, nextToken) =>
      reply(await use(() => api.listProducts({ limit, nextToken }))),
    get: async (id) => reply(await use(() => api.getProduct(id))),
    change: async (id, body, ifMatch) =>
      reply(await use(() => api.updateProduct(id, body, match(ifMatch)))),
    remove: async (id, ifMatch) => reply(await use(() => api.deleteProduct(id, match(ifMatch)))),
  };
});
