"""`python -m productsapi`, the same as `productsapi`."""

import gc

from productsapi import cli


def main() -> None:
    gc.set_threshold(20_000)  # what is loaded at a start stays: looking through it takes 30 ms
    try:
        cli.main()
    finally:
        gc.freeze()  # what the end of the process frees anyhow needn't be looked through first


if __name__ == "__main__":
    main()
