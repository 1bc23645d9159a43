/**
 * What a shop's page does with the API, the same for each generated client. Types, not interfaces: TypeScript
 * lets only these stand where a product may have further fields.
 */
import assert from "node:assert/strict";

export type New = {
  productId: string;
  category: string;
  productName: string;
  productPrice: number;
  description?: string;
  tags?: string[];
};
export type Changes = {
  productPrice?: number;
  description?: string | null;
  version?: number | null;
};
export interface Stored extends New {
  version: number;
  createdAt: string;
}
/** `code` is the problem's, where it is refused. */
export interface Reply<T> {
  status: number;
  data?: T;
  code?: string;
}
export interface Page {
  items: Stored[];
  nextToken?: string;
}
export interface Shop {
  create(product: New): Promise<Reply<Stored>>;
  list(limit: number, nextToken?: string): Promise<Reply<Page>>;
  get(id: string): Promise<Reply<Stored>>;
  change(id: string, changes: Changes, ifMatch?: string): Promise<Reply<Stored>>;
  /** Where it is easy with what is generated. */
  patch?(id: string, changes: Changes): Promise<Reply<Stored>>;
  remove(id: string, ifMatch: string): Promise<Reply<void>>;
}

export async function play(name: string, shop: (url: string, token: string) => Shop) {
  const { API_URL: url = "", API_TOKEN: token = "", OLD_TOKEN: old = "" } = process.env;
  const here = shop(url, token);
  const ids = [`${name}-1`, `${name}-2`];
  for (const productId of ids) {
    const made = await here.create({
      productId,
      category: "Toys",
      productName: "Bear",
      productPrice: 9.99,
      description: "Brown",
      tags: ["new"],
    });
    assert.equal(made.status, 201);
    assert.equal(made.data?.version, 1);
    assert.deepEqual(made.data?.tags, ["new"]);
  }
  const id = ids[0] ?? "";
  const again = { productId: id, category: "Toys", productName: "Bear", productPrice: 1 };
  assert.deepEqual(told(await here.create(again)), [409, "product_exists"]);

  const seen = new Set<string>();
  let nextToken: string | undefined;
  do {
    const page: Reply<Page> = await here.list(1, nextToken);
    assert.equal(page.status, 200);
    for (const item of page.data?.items ?? []) seen.add(item.productId);
    nextToken = page.data?.nextToken;
  } while (nextToken);
  for (const each of ids) assert.ok(seen.has(each));

  const changed = await here.change(id, { productPrice: 8.5 }, '"1"');
  assert.deepEqual([changed.status, changed.data?.version, changed.data?.productPrice], [200, 2, 8.5]);
  assert.deepEqual(told(await here.change(id, { productPrice: 7 }, '"1"')), [412, "version_mismatch"]);
  const sentBack = { productPrice: 7, version: 1 };
  assert.deepEqual(told(await here.change(id, sentBack)), [412, "version_mismatch"]);
  const bare = await here.change(id, { description: null });
  assert.equal(bare.status, 200);
  assert.ok(bare.data && bare.data.description === undefined);
  assert.equal((await here.get(id)).data?.version, 3);
  if (here.patch) {
    const merged = await here.patch(id, { description: "Black", productPrice: 8 });
    assert.deepEqual([merged.status, merged.data?.version, merged.data?.description], [200, 4, "Black"]);
    const removed = await here.patch(id, { description: null });
    assert.ok(removed.data?.version === 5 && removed.data.description === undefined);
    assert.deepEqual(removed.data.tags, ["new"]);
  }
  for (const each of ids) {
    const version = (await here.get(each)).data?.version;
    assert.equal((await here.remove(each, `"${version}"`)).status, 204);
  }
  assert.deepEqual(told(await here.get(id)), [404, "product_not_found"]);
  assert.deepEqual(told(await shop(url, old).get(id)), [401, "sign_in_required"]);
  console.log(`${name}: works`);
}

function told(reply: Reply<unknown>) {
  return [reply.status, reply.code];
}
