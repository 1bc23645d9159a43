resource "aws_dynamodb_table" "products" {
  name         = "ProductsTable"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "productId"

  attribute {
    name = "productId"
    type = "S"
  }
}

resource "aws_iam_role" "function" {
  for_each    = local.functions
  path        = "/productsapi/${local.stack}/"
  name        = "${each.key}productfunction${var.mark}-${local.region}"
  description = "What ${each.key}productfunction${var.mark} may do"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions
  name     = "productsapi"
  role     = aws_iam_role.function[each.key].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Table"
        Effect   = "Allow"
        Action   = local.table_actions[each.key]
        Resource = aws_dynamodb_table.products.arn
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.function[each.key].arn}:*"
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "function" {
  for_each          = local.functions
  name              = "/aws/lambda/${each.key}productfunction${var.mark}"
  retention_in_days = 14
}

resource "aws_lambda_function" "function" {
  for_each         = local.functions
  function_name    = "${each.key}productfunction${var.mark}"
  role             = aws_iam_role.function[each.key].arn
  runtime          = "python3.13"
  handler          = "lambda_function.lambda_handler"
  architectures    = ["x86_64"]
  memory_size      = 256
  timeout          = 10
  filename         = "${var.code}/${each.key}.zip"
  source_code_hash = filebase64sha256("${var.code}/${each.key}.zip")
  publish          = true

  environment {
    variables = {
      TABLE_NAME  = aws_dynamodb_table.products.name
      CLIENT_IDS  = aws_cognito_user_pool_client.web.id
      CORS_ORIGIN = "*"
      LOG_LEVEL   = "INFO"
    }
  }

  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy.function]
}

resource "aws_lambda_alias" "live" {
  for_each         = local.functions
  name             = "live"
  function_name    = aws_lambda_function.function[each.key].function_name
  function_version = aws_lambda_function.function[each.key].version
}

resource "aws_lambda_permission" "route" {
  for_each      = local.routes
  statement_id  = "productsapi-${trim(replace(each.key, "/[^A-Za-z0-9]+/", "-"), "-")}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.function[each.value.function].function_name
  qualifier     = aws_lambda_alias.live[each.value.function].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.products.execution_arn}/*/${each.value.method}${replace(each.value.path, "/\\{[^}]+\\}/", "*")}"
}
