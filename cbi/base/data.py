"""Where the data that ship with the program stand."""

from pathlib import Path


def data_folder() -> Path:
    """Inside the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "data"
    return inside if inside.is_dir() else package.parent / "data"
