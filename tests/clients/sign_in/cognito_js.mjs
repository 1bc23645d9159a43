// amazon-cognito-identity-js: SRP, refresh, a new password, global sign-out.
import assert from "node:assert/strict";
import {
  AuthenticationDetails,
  CognitoRefreshToken,
  CognitoUser,
  CognitoUserPool,
} from "amazon-cognito-identity-js";
import { COGNITO, CLIENT_ID, FIRST, NEWCOMER, PASSWORD, POOL_ID, USER, accepted } from "./given.mjs";

const Pool = new CognitoUserPool({ UserPoolId: POOL_ID, ClientId: CLIENT_ID, endpoint: COGNITO });

function signIn(Username, Password, next) {
  const user = new CognitoUser({ Username, Pool });
  const details = new AuthenticationDetails({ Username, Password });
  return new Promise((resolve, reject) => {
    const handlers = {
      onSuccess: (session) => resolve({ user, session }),
      onFailure: reject,
      newPasswordRequired: () => user.completeNewPasswordChallenge(next, {}, handlers),
    };
    user.authenticateUser(details, handlers); // by SRP, as it does unless told otherwise
  });
}
const refreshed = (user, RefreshToken) =>
  new Promise((resolve, reject) =>
    user.refreshSession(new CognitoRefreshToken({ RefreshToken }), (error, session) =>
      error ? reject(error) : resolve(session)));
const signedOut = (user) =>
  new Promise((onSuccess, onFailure) => user.globalSignOut({ onSuccess, onFailure }));

const { user, session } = await signIn(USER, PASSWORD);
await accepted(session.getIdToken().getJwtToken());
const refresh = session.getRefreshToken().getToken();
await accepted((await refreshed(user, refresh)).getIdToken().getJwtToken());
await assert.rejects(signIn(USER, "Wrong-pass-9"), { code: "NotAuthorizedException" });
const first = await signIn(NEWCOMER, FIRST, PASSWORD);
await accepted(first.session.getIdToken().getJwtToken());
const again = await signIn(NEWCOMER, PASSWORD);
await signedOut(again.user);
await assert.rejects(refreshed(again.user, again.session.getRefreshToken().getToken()), {
  code: "NotAuthorizedException",
});
