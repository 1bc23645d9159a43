"""The guide's create function with AWS Powertools' resolver for REST APIs."""

import json
import os
from decimal import Decimal

import boto3
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

table = boto3.resource("dynamodb").Table(os.environ.get("TABLE_NAME", "ProductsTable"))
app = APIGatewayRestResolver()


@app.post("/products")
def create():
    body = json.loads(app.current_event.body, parse_float=Decimal)
    for field in ("productId", "category", "productName", "productPrice"):
        if field not in body:
            return Response(400, "application/json", json.dumps({"error": f"{field} is required"}))
    table.put_item(Item=body)
    return Response(201, "application/json", json.dumps({"message": "Product created"}))


def lambda_handler(event, context):
    return app.resolve(event, context)
