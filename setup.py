"""The list of packages, by their folders; all else is declared in setup.cfg.

`packages = find:` there finds none whose folder is elsewhere (`package_dir`), as the starter's are.
"""

from setuptools import find_namespace_packages, find_packages, setup

SOURCES = find_namespace_packages("lambda_src", exclude=["*__pycache__*"])

setup(
    packages=[
        *find_packages(include=["productsapi*"]),
        "productsapi.starter.config",
        "productsapi.starter.lambda_src",
        *(f"productsapi.starter.lambda_src.{folder}" for folder in SOURCES),
    ]
)
