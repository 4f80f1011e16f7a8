"""Starts of the bot without the second that its imports take: a process that has them forks.

In: lines on standard input, `start` and `end NUMBER` (a signal). Out: a line for each on standard
output, the process id and the exit status. What it starts is the bot as `newsbell run` starts it,
a process of its own that can be killed like any other. Knows nothing of why. It is started by
`python -m bench.kill --quick`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import bot.app
from bot.cli import main as newsbell
from bot.i18n import languages, texts_for
from bot.topics.match import Percolator
from bot.topics.query import parse_query


def warm() -> None:
    """Read what a bot would read first; what is shared is not read again."""
    assert bot.app.run
    for language in languages():
        texts_for(language)
    Percolator().add(1, parse_query("Niger"))


def child(log: str) -> None:
    """Become the bot."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for number, handle in enumerate((null, out, out)):
        os.dup2(handle, number)
    code = 1
    try:
        newsbell(["run"])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stderr.flush()
        os._exit(code)


def end(pid: int, number: int) -> int:
    """Signal it and wait for it: its exit code, below 0 for the signal that ended it."""
    os.kill(pid, number)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> None:
    warm()
    log, pid = str(Path(sys.argv[1])), 0
    for line in sys.stdin:
        words = line.split()
        if words[0] == "start":
            pid = os.fork()
            if not pid:
                child(log)
            answer = pid
        else:
            answer = end(pid, int(words[1]))
        print(answer, flush=True)


if __name__ == "__main__":
    main()
