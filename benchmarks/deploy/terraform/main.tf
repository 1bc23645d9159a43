# The same system as `productsapi deploy` makes it of config/dev.yaml, in terraform's own words: one
# resource each, no modules, the defaults of terraform and of its provider wherever they do.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "endpoint" {
  description = "The proxy that stands for AWS"
}

variable "code" {
  description = "The folder of the functions' zips, packed as productsapi packs them"
}

variable "mark" {
  description = "What makes the names of functions and roles new in each life"
}

provider "aws" {
  region                  = local.region
  access_key              = "test"
  secret_key              = "test"
  skip_metadata_api_check = true # there is none, and nothing beyond the proxy is asked

  endpoints {
    apigateway = var.endpoint
    cognitoidp = var.endpoint
    dynamodb   = var.endpoint
    iam        = var.endpoint
    lambda     = var.endpoint
    logs       = var.endpoint
    sts        = var.endpoint
  }

  default_tags {
    tags = { "productsapi:stack" = local.stack }
  }
}

locals {
  region = "eu-west-2"
  stack  = "products-dev"

  table_actions = {
    create = ["dynamodb:PutItem"]
    get    = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"]
    update = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
    delete = ["dynamodb:DeleteItem"]
  }
  functions = toset(keys(local.table_actions))

  collection = "/products"
  item       = "/products/{productId}"
  paths = {
    (local.collection) = aws_api_gateway_resource.collection.id
    (local.item)       = aws_api_gateway_resource.item.id
  }
  routes = {
    "POST /products"               = { method = "POST", path = local.collection, function = "create" }
    "GET /products"                = { method = "GET", path = local.collection, function = "get" }
    "GET /products/{productId}"    = { method = "GET", path = local.item, function = "get" }
    "PUT /products/{productId}"    = { method = "PUT", path = local.item, function = "update" }
    "PATCH /products/{productId}"  = { method = "PATCH", path = local.item, function = "update" }
    "DELETE /products/{productId}" = { method = "DELETE", path = local.item, function = "delete" }
  }
  preflights = {
    (local.collection) = "POST,GET,OPTIONS"
    (local.item)       = "GET,PUT,PATCH,DELETE,OPTIONS"
  }
}
