"""Where the machine keeps its Chromium."""

from __future__ import annotations

import os
import shutil
from functools import lru_cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@lru_cache(maxsize=1)
def chromium_path() -> str | None:
    """The Chromium to test with: `CHROMIUM` if it names one, else the first found on the path."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return next((found for name in NAMES if (found := shutil.which(name))), None)
