// aws-amplify, configured by what `config frontend --format amplify` writes.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Amplify } from "aws-amplify";
import { confirmSignIn, fetchAuthSession, signIn, signOut } from "aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import { FIRST, NEWCOMER, PASSWORD, USER, accepted } from "./given.mjs";

const outputs = JSON.parse(await readFile("amplify_outputs.json", "utf-8"));
Amplify.configure(outputs);
const { Auth } = Amplify.getConfig();
const userPoolEndpoint = outputs.custom.cognito_endpoint; // the local cloud's
Amplify.configure({ Auth: { Cognito: { ...Auth.Cognito, userPoolEndpoint } } });
const kept = new Map();
cognitoUserPoolsTokenProvider.setKeyValueStorage({
  getItem: async (key) => kept.get(key) ?? null,
  setItem: async (key, value) => void kept.set(key, value),
  removeItem: async (key) => void kept.delete(key),
  clear: async () => kept.clear(),
});
const token = async (options) => String((await fetchAuthSession(options)).tokens?.idToken);

assert.ok((await signIn({ username: USER, password: PASSWORD })).isSignedIn); // by SRP
await accepted(await token());
await accepted(await token({ forceRefresh: true }));
await signOut();
await assert.rejects(signIn({ username: USER, password: "Wrong-pass-9" }), {
  name: "NotAuthorizedException",
});
const { nextStep } = await signIn({ username: NEWCOMER, password: FIRST });
assert.equal(nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED");
assert.ok((await confirmSignIn({ challengeResponse: PASSWORD })).isSignedIn);
await accepted(await token());
const before = new Map(kept);
await signOut({ global: true });
for (const [key, value] of before) kept.set(key, value);
await assert.rejects(async () => {
  const { tokens } = await fetchAuthSession({ forceRefresh: true });
  assert.ok(tokens, "the refresh token isn't good any more");
});
