#!/usr/bin/env bash
# Authlib 1.9.10 (authlib.jose, deprecated but shipped), beside PyJWT 2.15.1, joserfc 1.8.0 and jwcrypto 1.6.1
#
# Guess: a key set holds what can be read of it. RFC 7517 (section 5) has it that a key of an unknown type is to be
#   ignored, so that an issuer can publish one of a new type beside the old.
# Behaviour: three libraries read the RSA key that stands beside the unknown one. Authlib reads none: the whole set
#   is a KeyError of Python's that names the type, none of its own errors, so that each valid token is refused by
#   an internal error from the day when the issuer adds such a key.
# Seen:
#   PyJWT     ['rsa']
#   joserfc   ['rsa']
#   jwcrypto  ['rsa']
#   authlib   KeyError('NEW')
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install -q --no-compile authlib==1.9.10 pyjwt==2.15.1 joserfc==1.8.0 jwcrypto==1.6.1 \
    cryptography==50.0.2 2>"$room/log" || { cat "$room/log" >&2; exit 1; }
cd "$room"
venv/bin/python -W ignore - <<'PY'
import json
import warnings

import joserfc.jwk
import jwcrypto.jwk
import jwt

with warnings.catch_warnings(record=True):  # the module is deprecated in favour of joserfc
    from authlib.jose import JsonWebKey


RSA = joserfc.jwk.RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig", "alg": "RS256"}).as_dict(private=False)
KEYS = {"keys": [{"kty": "NEW", "kid": "new", "x": "AAAA"}, RSA]}


def seen(read):
    try:
        return repr(read())
    except KeyError as error:
        return repr(error)


for name, read, wanted in (
    ("PyJWT", lambda: [key.key_id for key in jwt.PyJWKSet.from_dict(KEYS).keys], "['rsa']"),
    ("joserfc", lambda: [key.kid for key in joserfc.jwk.KeySet.import_key_set(KEYS).keys], "['rsa']"),
    ("jwcrypto", lambda: [key["kid"] for key in jwcrypto.jwk.JWKSet.from_json(json.dumps(KEYS))], "['rsa']"),
    ("authlib", lambda: [key.kid for key in JsonWebKey.import_key_set(KEYS).keys], "KeyError('NEW')"),
):
    print(f"{name:9} {seen(read)}")
    assert seen(read) == wanted, "it changed"
assert [key.kid for key in JsonWebKey.import_key_set({"keys": [RSA]}).keys] == ["rsa"], "authlib can't read RSA"
PY
