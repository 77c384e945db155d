"""What holds for every test of the house."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no failure: no example is timed.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
