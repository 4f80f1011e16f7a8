"""`python -m bot.demo.api --port N --token T`: the server on its own, until it is stopped.

In: the command line. Out: the address on standard output, one line, once it listens.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from bot.demo.api import BotApi, Limits


async def serve(port: int, token: str, limits: Limits) -> None:
    api = BotApi(token=token, limits=limits, controlled=True)
    url = await api.start(port)
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await api.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.demo.api", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--token", default="4242:TEST")
    parser.add_argument("--no-limits", action="store_true", help="never answer 429")
    given = parser.parse_args()
    asyncio.run(serve(given.port, given.token, Limits.off() if given.no_limits else Limits()))


if __name__ == "__main__":
    main()
