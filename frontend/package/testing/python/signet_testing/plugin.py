"""The pytest fixture."""

import pytest

from signet_testing.cloud import Cloud


@pytest.fixture
def signet():
    """Starts clouds: ``signet(faults=["503"], config={…})`` gives a Cloud, which ends with the test."""
    started = []

    def start(**options):
        cloud = Cloud(**options)
        started.append(cloud)
        return cloud

    yield start
    for cloud in reversed(started):
        cloud.stop()
