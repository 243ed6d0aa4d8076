"""Every test of the data gets an empty data folder of its own and no network."""

from __future__ import annotations

from pathlib import Path

import pytest

from util.data import download


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test an empty data folder of its own and no network."""
    monkeypatch.setenv("ATELIER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ATELIER_OFFLINE", "1")
    monkeypatch.setattr(download, "_unreachable", set())
    return tmp_path / "data"
