import * as api from "./made/oazapfts";
import { play, type Reply } from "./scene";

/** Of its answers, told apart by status, those below 400 hold what was asked for. */
function reply<T>(got: { status: number; data?: unknown }): Reply<T> {
  const problem = got.data as api.Problem;
  return got.status < 400
    ? { status: got.status, data: got.data as T }
    : { status: got.status, code: problem.code };
}

await play("oazapfts", (baseUrl, token) => {
  const to = { baseUrl, headers: { Authorization: `Bearer ${token}` } };
  return {
    create: async (body) => reply(await api.createProduct(body, to)),
    list: async (limit, nextToken) => reply(await api.listProducts({ limit, nextToken }, to)),
    get: async (id) => reply(await api.getProduct(id, {}, to)),
    change: async (id, body, ifMatch) => reply(await api.updateProduct(id, body, { ifMatch }, to)),
    remove: async (id, ifMatch) => reply(await api.deleteProduct(id, { ifMatch }, to)),
  };
});
