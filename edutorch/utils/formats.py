"""The kind of file that some bytes are, for messages about unexpected files."""

import pickle

_ZIP = b"PK\x03\x04"
_PICKLES = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))
_OLD_TORCH = (0x1950A86A20F9469CFC6C).to_bytes(10, "little")  # torch.save's first pickle, before it wrote zip archives
_FIRST_BYTES = {
    b"\x93NUMPY": ("a file of numpy.save", "torch.from_numpy(numpy.load(path)) reads it"),
    b"\x89HDF": ("an HDF5 file, as Keras writes", "convert it with the program that wrote it"),
    b"\x1f\x8b": ("compressed by gzip", "unpack it first"),
    b"version https://git-lfs": ("a pointer of Git LFS and not the file itself", "fetch it by `git lfs pull`"),
    b"<": ("a page of HTML or XML", "the address gave a page instead of the file: download it again"),
}


def refuse_foreign(name: str, content: bytes) -> None:
    """Raises an error that says what a file is that safetensors can't read, if its first bytes tell:
    pickle.UnpicklingError for pickles, RuntimeError for others."""
    if is_pickle(content):
        raise pickle.UnpicklingError(
            f"{name} is a pickle, which can run any code when it is read, so edutorch does not read it. Where you trust"
            " who wrote it: load(f, weights_only=False)"
        )
    if said := _described(content):
        raise RuntimeError(f"{name} is {said[0]}, no safetensors file: {said[1]}")


def is_pickle(content: bytes) -> bool:
    """Whether it begins as a pickle."""
    return content.startswith(_PICKLES)


def is_of_torch_save(content: bytes) -> bool:
    """Whether it is a zip archive with data.pkl or, in old files, begins with a pickle of the magic number."""
    old = content.startswith(_PICKLES) and _OLD_TORCH in content[:32]
    return old or (content.startswith(_ZIP) and b"data.pkl" in content)


def _described(content: bytes) -> tuple[str, str] | None:
    """What the file is, and what to do with it."""
    if content.startswith(_ZIP):
        if b".npy" in content:
            return "a file of numpy.savez", "{k: torch.from_numpy(v) for k, v in numpy.load(path).items()} reads it"
        return "a zip archive", "unpack it first"
    return next((said for first, said in _FIRST_BYTES.items() if content.startswith(first)), None)
