"""kill -9 of the real process, a few times: the long run is `python -m bench.kill`."""

from __future__ import annotations

import time

import pytest

from bench.farm import Farm
from bench.kill import measure

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]


async def test_a_killed_bot_loses_nothing_and_repeats_nothing_settled() -> None:
    found = await measure(Farm.sample(hold=8, now=int(time.time())), 4, seed=3, spread=2.0)
    assert found.alerts > 0, "nothing was owed, so nothing was tested"
    assert (found.lost, found.repeated) == (0, 0), found
