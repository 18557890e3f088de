"""Finds the program signet, or has Go build it."""

import os
import shutil
import subprocess
from pathlib import Path


class SignetError(Exception):
    """What keeps a cloud from starting, or what it answered."""


def find_binary() -> str:
    """What SIGNET_BIN names, else signet on the PATH, else what Go builds from the checkout around the working folder."""
    named = os.environ.get("SIGNET_BIN")
    if named:
        if os.access(named, os.X_OK):
            return str(Path(named).resolve())
        raise SignetError(f"got no program at {named}, want that of SIGNET_BIN: build it, or leave SIGNET_BIN out")
    there = shutil.which("signet")
    if there:
        return there
    here = Path.cwd()
    for folder in (here, *here.parents):
        main = folder / "cmd/signet/dev.go"
        if main.is_file() and "signet dev" in main.read_text(encoding="utf-8"):
            return _build(folder)
    raise SignetError("got no signet, want one: set SIGNET_BIN to it, put it on the PATH, or run this in a checkout of Signet")


def _build(checkout: Path) -> str:
    """Builds the command; tests that begin at once each put a whole file in its place."""
    binary = checkout / "bin" / "signet-testing"
    made = f"{binary}.{os.getpid()}"
    binary.parent.mkdir(exist_ok=True)
    try:
        subprocess.run(["go", "build", "-o", made, "./cmd/signet"], cwd=checkout, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        why = getattr(error, "stderr", None) or str(error)
        raise SignetError(f"got no signet from go build in {checkout}: {why.strip()}") from error
    os.replace(made, binary)
    return str(binary)
