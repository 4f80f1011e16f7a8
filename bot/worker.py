"""One process that may be killed: hostile input is read there, not in the loop that serves people.

In: a module-level function and its arguments. Out: its result, or its exception when that is one of
ours, or `WorkerError` when the process ran out of time, memory or luck. It knows nothing of what
the functions do.

A thread is no substitute: it holds the interpreter's lock while a regular expression runs wild,
and it cannot be stopped. The process gets no environment of ours, so no secret either, and limits
of its own: address space for its life, CPU seconds per call. It ends when its input does.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from typing import Any, BinaryIO, ParamSpec, TypeVar

from bot.errors import NewsbellError, WorkerError

P = ParamSpec("P")
T = TypeVar("T")

_SIZE = struct.Struct(">IB")  # length of what follows, and whether to renew the process after it
_START = "from bot.worker import serve; serve({memory_mb}, {cpu_seconds})"
_RENEW_CALLS = 1000
_RENEW_MB = 120
"""A process larger than this after a call is replaced: parsers leave memory that nobody reuses."""


class Worker:
    """Runs functions one after the other in a process of its own, started when first needed."""

    def __init__(self, *, memory_mb: int = 512, cpu_seconds: int = 6) -> None:
        self._start = _START.format(memory_mb=int(memory_mb), cpu_seconds=int(cpu_seconds))
        self._process: Process | None = None
        self._idle = False  # no call is under way, so the process is fit for the next
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process else None

    async def run(self, func: Callable[..., T], *args: Any, timeout: float = 8.0) -> T:  # noqa: ASYNC109
        """`func(*args)` in the process; `timeout` in seconds, waiting for a turn not counted.

        Raises what `func` raises if that is a NewsbellError, else WorkerError.
        """
        call = pickle.dumps((func, args), pickle.HIGHEST_PROTOCOL)
        async with self._turn:
            try:
                async with asyncio.timeout(timeout):
                    good, answer, renew = await self._ask(call)
            except TimeoutError:
                raise WorkerError(f"stopped after {timeout:g} seconds") from None
            finally:
                if self._process and not self._idle:
                    await self._end(self._process)
            if renew and self._process:
                await self._end(self._process, politely=True)
        if good:
            return answer  # type: ignore[no-any-return]
        raise answer

    async def close(self) -> None:
        """End the process; a later `run` starts another."""
        async with self._turn:
            if self._process:
                await self._end(self._process, politely=True)

    async def _ask(self, call: bytes) -> tuple[bool, Any, bool]:
        process = await self._ready()
        assert process.stdin  # noqa: S101  (a pipe)
        assert process.stdout  # noqa: S101
        self._idle = False
        try:
            process.stdin.write(_SIZE.pack(len(call), 0) + call)
            await process.stdin.drain()
            size, renew = _SIZE.unpack(await process.stdout.readexactly(_SIZE.size))
            good, answer = _unpack(await process.stdout.readexactly(size))
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerError("the process ran out of memory or time and was stopped") from None
        self._idle = True
        return good, answer, bool(renew)

    async def _ready(self) -> Process:
        if self._process and self._process.returncode is not None:  # died while idle
            await self._end(self._process)
        if not self._process:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-W", "ignore", "-c", self._start),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for the bot, which then ends this process
            )
        return self._process

    async def _end(self, process: Process, *, politely: bool = False) -> None:
        self._process = None
        if process.stdin:
            process.stdin.close()
        if politely:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 2)
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)  # process.kill() may steal the exit status
        await process.wait()


def _environment() -> dict[str, str]:
    """Enough to find our modules, and nothing else."""
    path = os.pathsep.join(entry or "." for entry in sys.path)
    return {"PYTHONPATH": path, "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"}


def _unpack(answer: bytes) -> tuple[bool, Any]:
    try:
        good, value = pickle.loads(answer)  # noqa: S301  (our own process wrote it)
    except (pickle.UnpicklingError, TypeError, AttributeError, ImportError) as error:
        return False, WorkerError(f"the answer of the process cannot be read: {error}")
    return bool(good), value


# ── in the process ───────────────────────────────────────────────────────────────────────────────


def serve(memory_mb: int, cpu_seconds: int) -> None:
    """Answer calls from standard input until it ends."""
    calls, answers = _private_pipes()
    _be_the_first_to_go()
    _limit_memory(memory_mb)
    for count in range(1, sys.maxsize):
        header = calls.read(_SIZE.size)
        if len(header) < _SIZE.size:
            return
        call = calls.read(_SIZE.unpack(header)[0])
        _limit_cpu(cpu_seconds)
        answer = _answer(call)
        renew = count >= _RENEW_CALLS or _resident_mb() > _RENEW_MB
        answers.write(_SIZE.pack(len(answer), renew) + answer)
        answers.flush()


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Our two ends, out of the way of anything that prints or reads."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    return calls, answers


def _answer(call: bytes) -> bytes:
    try:
        func, args = pickle.loads(call)  # noqa: S301  (our own process wrote it)
        return pickle.dumps((True, func(*args)), pickle.HIGHEST_PROTOCOL)
    except NewsbellError as error:
        return pickle.dumps((False, error))
    except MemoryError:
        return pickle.dumps(
            (False, WorkerError("more memory was needed than a page or feed may use"))
        )
    except BaseException as error:  # noqa: BLE001  (whatever it is, it ends here, not in the bot)
        return pickle.dumps((False, WorkerError(f"{type(error).__name__}: {str(error)[:200]}")))


def _be_the_first_to_go() -> None:
    """Where memory runs out, the kernel should take this process and not the bot.

    https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html
    """
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write("1000")


def _limit_memory(memory_mb: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not everywhere
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_cpu(seconds: int) -> None:
    """`seconds` from now on; the kernel ends the process that uses more."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _resident_mb() -> float:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  (keeps pathlib out)
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
    except OSError:
        return 0.0
