// What run.py gives, and whether the API takes a token.
import assert from "node:assert/strict";

export const { API_URL, CLIENT_ID, COGNITO, FIRST, NEWCOMER, PASSWORD, POOL_ID, USER } = process.env;

export async function accepted(token) {
  const answer = await fetch(`${API_URL}/products`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200, await answer.text());
}
