// Calls to the page's own server. Numbers of products are texts on both sides.

export class Failed extends Error {
  constructor(message, hint = "") {
    super(hint ? `${message} Next: ${hint}` : message);
  }
}

export async function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  return parsed(await asked(`${path}?${new URLSearchParams(given)}`, {}));
}

export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return parsed(await asked(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function asked(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Failed("The page's server has ended.", "productsapi open");
  }
}

async function parsed(answer) {
  if (!answer.ok) {
    throw new Failed("The page's server doesn't know this browser any more.", "productsapi open");
  }
  const result = await answer.json();
  if (result.failed) throw new Failed(result.failed, result.hint);
  return result;
}
