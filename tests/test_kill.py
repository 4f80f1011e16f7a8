"""kill -9 of the bot at any moment; the long run is `python -m bench.kill --kills 500 --quick`."""

from __future__ import annotations

import os
import time

import pytest

from bench.farm import Farm
from bench.kill import measure

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]

KILLS = 50 if os.environ.get("CI") else 8


async def test_p01_a_killed_bot_loses_nothing_and_repeats_nothing_settled() -> None:
    farm = Farm.sample(hold=4, now=int(time.time()))
    found = await measure(farm, KILLS, seed=3, spread=0.6, patience=2.0, quick=True)
    assert found.alerts > 0, "nothing was owed, so nothing was tested"
    assert (found.lost, found.repeated) == (0, 0), found
    assert found.given_up == 0
    assert found.doubled <= found.doubtful
