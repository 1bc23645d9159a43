"""The guide's create function as a chalice app, whose handler Lambda calls."""

import json
import os
from decimal import Decimal

import boto3
from chalice import Chalice, Response

table = boto3.resource("dynamodb").Table(os.environ.get("TABLE_NAME", "ProductsTable"))
app = Chalice(app_name="products")


@app.route("/products", methods=["POST"])
def create():
    body = json.loads(app.current_request.raw_body, parse_float=Decimal)
    for field in ("productId", "category", "productName", "productPrice"):
        if field not in body:
            return Response({"error": f"{field} is required"}, status_code=400)
    table.put_item(Item=body)
    return Response({"message": "Product created"}, status_code=201)


lambda_handler = app
