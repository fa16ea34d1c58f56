"""`python -m bench.large_policy FOLDER [--flows N …]` from the root of the repository."""

import argparse
from dataclasses import asdict, replace

from bench.large_policy import LARGE, write_policy


def main() -> None:
    """Write a policy into the folder that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m bench.large_policy", description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=7)
    for name, default in asdict(LARGE).items():
        parser.add_argument(f"--{name}", type=int, default=default)
    given = vars(parser.parse_args())
    folder, seed = given.pop("folder"), given.pop("seed")
    write_policy(folder, replace(LARGE, **given), seed)


if __name__ == "__main__":
    main()
