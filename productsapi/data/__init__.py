"""Products in and out of the table, many at once: files on one side, DynamoDB on the other.

rows.py and its two readers turn a file into rows; rules.py holds each to the API's own rules;
importing.py stores them by one of table_store.py's modes; scanning.py and export_formats.py
export them.
"""
