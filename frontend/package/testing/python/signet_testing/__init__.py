"""The whole of Signet on this machine, for tests, with what can go wrong."""

from signet_testing.cloud import Cloud, SignetError

__all__ = ["Cloud", "SignetError"]
