"""`python -m productsapi`, the same as `productsapi`."""

from productsapi.cli import main

if __name__ == "__main__":
    main()
