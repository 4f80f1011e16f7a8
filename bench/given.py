"""What a bench is asked on the command line: files and folders that must be there.

In: arguments. Out: paths; a sentence for a person and exit code 2 where one is missing.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path


def existing(name: str) -> Path:
    """For `type=` of an argument."""
    path = Path(name)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"there is no {name}")
    return path


def files(doc: str | None, args: Sequence[str], *flags: str) -> list[Path]:
    """The paths among `args`; ends the process without one, or with --help, which prints `doc`."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=existing, nargs="*" if set(flags) & set(args) else "+")
    for flag in flags:
        parser.add_argument(flag, action="store_true", help=argparse.SUPPRESS)
    return list(parser.parse_args(args).files)
