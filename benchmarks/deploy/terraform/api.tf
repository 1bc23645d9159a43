resource "aws_api_gateway_rest_api" "products" {
  name        = "ProductsAPI"
  description = "Products API of the stack ${local.stack}"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_resource" "collection" {
  rest_api_id = aws_api_gateway_rest_api.products.id
  parent_id   = aws_api_gateway_rest_api.products.root_resource_id
  path_part   = "products"
}

resource "aws_api_gateway_resource" "item" {
  rest_api_id = aws_api_gateway_rest_api.products.id
  parent_id   = aws_api_gateway_resource.collection.id
  path_part   = "{productId}"
}

resource "aws_api_gateway_authorizer" "users" {
  name            = "CognitoUserAuth"
  type            = "COGNITO_USER_POOLS"
  rest_api_id     = aws_api_gateway_rest_api.products.id
  provider_arns   = [aws_cognito_user_pool.users.arn]
  identity_source = "method.request.header.Authorization"
}

resource "aws_api_gateway_method" "route" {
  for_each      = local.routes
  rest_api_id   = aws_api_gateway_rest_api.products.id
  resource_id   = local.paths[each.value.path]
  http_method   = each.value.method
  authorization = "COGNITO_USER_POOLS"
  authorizer_id = aws_api_gateway_authorizer.users.id
}

resource "aws_api_gateway_integration" "route" {
  for_each                = local.routes
  rest_api_id             = aws_api_gateway_rest_api.products.id
  resource_id             = local.paths[each.value.path]
  http_method             = aws_api_gateway_method.route[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_alias.live[each.value.function].invoke_arn
}

resource "aws_api_gateway_method" "preflight" {
  for_each      = local.preflights
  rest_api_id   = aws_api_gateway_rest_api.products.id
  resource_id   = local.paths[each.key]
  http_method   = "OPTIONS"
  authorization = "NONE"
}

resource "aws_api_gateway_method_response" "preflight" {
  for_each    = local.preflights
  rest_api_id = aws_api_gateway_rest_api.products.id
  resource_id = local.paths[each.key]
  http_method = aws_api_gateway_method.preflight[each.key].http_method
  status_code = "204"
  response_parameters = {
    "method.response.header.Access-Control-Allow-Origin"  = false
    "method.response.header.Access-Control-Allow-Methods" = false
    "method.response.header.Access-Control-Allow-Headers" = false
  }
}

resource "aws_api_gateway_integration" "preflight" {
  for_each          = local.preflights
  rest_api_id       = aws_api_gateway_rest_api.products.id
  resource_id       = local.paths[each.key]
  http_method       = aws_api_gateway_method.preflight[each.key].http_method
  type              = "MOCK"
  request_templates = { "application/json" = "{\"statusCode\": 204}" }

  # the local cloud, unlike AWS, tells one that wasn't given
  integration_http_method = "POST"
}

resource "aws_api_gateway_integration_response" "preflight" {
  for_each    = local.preflights
  rest_api_id = aws_api_gateway_rest_api.products.id
  resource_id = local.paths[each.key]
  http_method = aws_api_gateway_integration.preflight[each.key].http_method
  status_code = aws_api_gateway_method_response.preflight[each.key].status_code
  response_parameters = {
    "method.response.header.Access-Control-Allow-Origin"  = "'*'"
    "method.response.header.Access-Control-Allow-Methods" = "'${each.value}'"
    "method.response.header.Access-Control-Allow-Headers" = "'Authorization,Content-Type,If-Match,If-None-Match'"
  }
}

resource "aws_api_gateway_gateway_response" "errors" {
  for_each            = toset(["DEFAULT_4XX", "DEFAULT_5XX"])
  rest_api_id         = aws_api_gateway_rest_api.products.id
  response_type       = each.key
  response_parameters = { "gatewayresponse.header.Access-Control-Allow-Origin" = "'*'" }

  # AWS's default, which the local cloud tells where none was given
  response_templates = { "application/json" = "{\"message\":$context.error.messageString}" }
}

resource "aws_api_gateway_deployment" "products" {
  rest_api_id = aws_api_gateway_rest_api.products.id

  # as the provider's page on this resource has it: ids, and the definition's own text
  triggers = {
    redeployment = sha1(jsonencode([
      filesha1("${path.module}/api.tf"),
      values(local.paths),
      aws_api_gateway_authorizer.users.id,
      values(aws_api_gateway_method.route)[*].id,
      values(aws_api_gateway_integration.route)[*].id,
      values(aws_api_gateway_integration_response.preflight)[*].id,
      values(aws_api_gateway_gateway_response.errors)[*].id,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_lambda_permission.route]
}

resource "aws_api_gateway_stage" "dev" {
  rest_api_id   = aws_api_gateway_rest_api.products.id
  deployment_id = aws_api_gateway_deployment.products.id
  stage_name    = "dev"

  lifecycle {
    ignore_changes = [access_log_settings] # the local cloud tells empty ones
  }
}

resource "aws_api_gateway_method_settings" "limits" {
  rest_api_id = aws_api_gateway_rest_api.products.id
  stage_name  = aws_api_gateway_stage.dev.stage_name
  method_path = "*/*"

  settings {
    throttling_rate_limit  = 50
    throttling_burst_limit = 100
  }
}
