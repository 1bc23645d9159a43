"""`python -m productsapi`, the same as `productsapi`."""

import gc

from productsapi import cli


def main() -> None:
    try:
        cli.main()
    finally:
        gc.freeze()  # what the end of the process frees anyhow needn't be looked through first


if __name__ == "__main__":
    main()
