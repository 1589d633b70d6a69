"""How every test runs; fixtures that more than one room needs."""

import os

import pytest
from hypothesis import settings

from tests.fakes.fake_clock import FakeClock

# The default run is repeatable; HYPOTHESIS_PROFILE=search looks for what nobody has thought of.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("search", max_examples=2000, deadline=None, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
