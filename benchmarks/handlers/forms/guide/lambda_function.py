"""A create function in the form of the manual guide, to measure ours against.

One module, boto3.resource, Decimal for floats: what the guide teaches, its mistakes mended only as
far as they must be to run.
"""

import json
import os
from decimal import Decimal

import boto3

dynamodb = boto3.resource("dynamodb")
table = dynamodb.Table(os.environ.get("TABLE_NAME", "ProductsTable"))


def lambda_handler(event, context):
    body = json.loads(event["body"], parse_float=Decimal)
    claims = event["requestContext"]["authorizer"]["claims"]
    print(claims["sub"], claims.get("email"))
    for field in ("productId", "category", "productName", "productPrice"):
        if field not in body:
            return {"statusCode": 400, "body": json.dumps({"error": f"{field} is required"})}
    table.put_item(Item=body)
    return {"statusCode": 201, "body": json.dumps({"message": "Product created successfully"})}
