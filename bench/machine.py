"""On what the figures were taken."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def machine() -> str:
    """Releases, cores and processor, in a line."""
    releases = f"doelbinding {version('doelbinding')}, Python {platform.python_version()}"
    return f"{releases}; {os.cpu_count()} cores, {_processor()}, {platform.system()}"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    found = (line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line)
    return next(found, platform.machine())
