"""Files of weights by their address: read from this computer, fetched by the user. Source: torch.hub.

edutorch fetches no weights by itself: what stands at an address can change, and a file of weights can hold code.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlparse

from .serialization import MapLocation
from .serialization import load as _load
from .utils.download import cache_folder

__all__ = ["get_dir", "load", "load_state_dict_from_url", "load_url", "set_dir"]

_folder: str | None = None


def get_dir() -> str:
    """The folder whose `checkpoints` are looked into: TORCH_HOME/hub where that is set, else edutorch's cache folder,
    unless set_dir chose another. Source: torch.hub.get_dir."""
    home = os.environ.get("TORCH_HOME")
    return _folder or str(Path(home) / "hub" if home else cache_folder() / "hub")


def set_dir(d: str | os.PathLike[str]) -> None:
    """Chooses that folder. Source: torch.hub.set_dir."""
    global _folder
    _folder = os.fspath(d)


def load_state_dict_from_url(
    url: str,
    model_dir: str | os.PathLike[str] | None = None,
    map_location: MapLocation = None,
    progress: bool = True,
    check_hash: bool = False,
    file_name: str | None = None,
    weights_only: bool = True,
) -> object:
    """What `load` reads from the file that an address names, if it lies in model_dir (get_dir()/checkpoints).

    Raises RuntimeError, saying where the file belongs, if it does not. Source: torch.hub.load_state_dict_from_url."""
    folder = Path(model_dir) if model_dir is not None else Path(get_dir()) / "checkpoints"
    path = folder / (file_name or Path(urlparse(url).path).name)
    if not path.is_file():
        raise RuntimeError(
            f"load_state_dict_from_url: there is no {path}, and edutorch fetches no weights itself: download {url} with"
            " a browser and put it there"
        )
    return _load(path, map_location=map_location, weights_only=weights_only)


load_url = load_state_dict_from_url  # the name in torch.utils.model_zoo


def load(*args: object, **kwargs: object) -> NoReturn:
    """Raises RuntimeError: it would run a repository's code. Source: torch.hub.load."""
    raise RuntimeError(
        "torch.hub.load: edutorch leaves it out: it runs code of a repository. Import the model's own file instead;"
        " models of torchvision are in vision.models"
    )
