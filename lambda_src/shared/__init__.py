"""What the four functions share; it goes into each zip beside `lambda_function.py`.

Read in this order: `entry` (what happens to every request), `request` and `body` (what came in),
`products` (what is done to the table), `answers` and `problems` (what goes out). Nothing here needs
more than the Lambda runtime ships, from python3.9 up.
"""
