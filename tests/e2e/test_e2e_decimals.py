"""`api.decimals: string`: the deployed API, its document and its check give prices as texts."""

from __future__ import annotations

import json

from e2e_http import call, product
from e2e_project import Deployed
from e2e_shop import new_user, shop_of, signed_in

PRICE = "0.12345678901234567890123"


def test_prices_are_texts_throughout(deployed_anew: Deployed) -> None:
    shop = shop_of(deployed_anew.project)
    deployed = shop.deploy({"decimals: number": "decimals: string"})
    assert shop.to_do == []
    new_user(deployed, "buyer")
    header, url = signed_in(deployed, "buyer"), f"{deployed.reported['invoke_url']}/products"
    one = f"{url}/P1"
    given = json.dumps(product("P1", productPrice=PRICE, stock=3))
    answers = [
        call("POST", url, header, given),
        call("GET", one, header),
        call("PUT", one, header, f'{{"productPrice": {PRICE}}}'),
        call("PATCH", one, header, '{"stock": 4}'),
    ]
    assert [each.status for each in answers] == [201, 200, 200, 200]
    reported = [(each.body["productPrice"], each.body["stock"]) for each in answers]
    assert reported == [(PRICE, 3), (PRICE, 3), (PRICE, 3), (PRICE, 4)]
    (listed,) = call("GET", url, header).body["items"]
    assert listed["productPrice"] == PRICE
    document = json.loads(shop.project.run(*shop.command("openapi", "--format", "json")).out)
    price = document["components"]["schemas"]["Product"]["properties"]["productPrice"]
    assert (price["type"], price["format"]) == ("string", "decimal")
    shop.project.run(*shop.command("verify"))
