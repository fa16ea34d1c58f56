"""`python -m doelbinding` is the `doelbinding` command."""

from doelbinding.cli import main

if __name__ == "__main__":
    main()
