"""CIFAR-100, SVHN, STL-10 and those in the manner of MNIST: in their folders, and from a server on localhost."""

import gzip
import hashlib
import io
import lzma
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from edutorch.vision.datasets import CIFAR100, EMNIST, KMNIST, MNIST, QMNIST, STL10, SVHN, cifar

pytest.importorskip("PIL.Image", reason="Pillow is optional")
RNG = np.random.RandomState(0)


def md5(content):
    return hashlib.md5(content).hexdigest()


def idx(array, code=8, dtype=np.uint8):
    shape = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, code, array.ndim]) + shape + array.astype(dtype).tobytes()


def tar(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


# ---- CIFAR-100


def cifar100_file(count, seed):
    rng = np.random.RandomState(seed)
    labels = np.stack([rng.randint(0, 20, count), rng.randint(0, 100, count)], 1)
    return np.hstack([labels, rng.randint(0, 256, (count, 3072))]).astype(np.uint8)


def test_cifar100_from_its_binary_version(served, monkeypatch, tmp_path):
    folder, address = served
    names = "\n".join(f"class_{i}" for i in range(100)) + "\n"
    content = tar(
        {
            "cifar-100-binary/train.bin": cifar100_file(100, 0).tobytes(),
            "cifar-100-binary/test.bin": cifar100_file(20, 1).tobytes(),
            "cifar-100-binary/fine_label_names.txt": names.encode(),
        }
    )
    (folder / "cifar-100-binary.tar.gz").write_bytes(content)
    monkeypatch.setattr(cifar, "IMAGES_PER_FILE", 20)
    monkeypatch.setattr(CIFAR100, "urls", [address + "nowhere.tar.gz", address + "cifar-100-binary.tar.gz"])
    monkeypatch.setattr(CIFAR100, "digest", md5(content))
    train, test = CIFAR100(tmp_path, download=True), CIFAR100(tmp_path, train=False)
    assert train.data.shape == (100, 32, 32, 3) and len(test) == 20
    image, label = train[3]
    assert label == cifar100_file(100, 0)[3, 1] and image.mode == "RGB"
    assert np.array_equal(np.asarray(image).transpose(2, 0, 1).reshape(-1), cifar100_file(100, 0)[3, 2:])
    assert train.classes[7] == "class_7" and train.class_to_idx["class_99"] == 99
    (tmp_path / "cifar-100-binary" / "test.bin").write_bytes(b"short")
    with pytest.raises(RuntimeError, match="expected 61,480 bytes and labels from 0 to 99, got 5"):
        CIFAR100(tmp_path, train=False)
    with pytest.raises(RuntimeError, match="not found in .*elsewhere.*download=True"):
        CIFAR100(tmp_path / "elsewhere")


# ---- SVHN


SMALL_MAT = (Path(__file__).parents[1] / "golden" / "svhn.mat").read_bytes()


def test_svhn(served, monkeypatch, tmp_path):
    folder, address = served
    (folder / "test_32x32.mat").write_bytes(SMALL_MAT)
    monkeypatch.setattr(SVHN, "mirrors", [address])
    monkeypatch.setattr(SVHN, "split_list", {"test": ("test_32x32.mat", md5(SMALL_MAT))})
    data = SVHN(tmp_path / "root", split="test", download=True)
    assert data.data.shape == (4, 3, 32, 32) and data.labels.tolist() == [1, 0, 9, 0]
    image, digit = data[1]
    expected = np.random.RandomState(0).randint(0, 4, (32, 32, 3, 4)).astype(np.uint8)[..., 1] * 80
    assert digit == 0 and np.array_equal(np.asarray(image), expected)
    assert "    Split: test" in repr(data).splitlines()
    with pytest.raises(ValueError, match="Unknown value 'train' for argument split. Valid values are {test}"):
        SVHN(tmp_path / "root", split="train")
    (tmp_path / "root" / "test_32x32.mat").write_bytes(SMALL_MAT[:-9])
    with pytest.raises(RuntimeError, match="is damaged.*Delete .*test_32x32.mat and use download=True"):
        SVHN(tmp_path / "root", split="test")


def test_svhn_that_is_not_there(tmp_path):
    with pytest.raises(RuntimeError, match="no .*train_32x32.mat. You can use download=True"):
        SVHN(tmp_path)


# ---- STL-10


def stl10_files():
    rng = np.random.RandomState(0)
    files = {f"{part}_X.bin": rng.randint(0, 256, (n, 3, 96, 96)).astype(np.uint8) for part, n in COUNTS.items()}
    files |= {f"{part}_y.bin": (np.arange(COUNTS[part]) % 10 + 1).astype(np.uint8) for part in ("train", "test")}
    return {name: array.tobytes() for name, array in files.items()} | {
        "class_names.txt": b"airplane\nbird\n",
        "fold_indices.txt": b"0 2 4 \n1 3 5 \n" + b"0\n" * 8,
    }


COUNTS = {"train": 6, "test": 3, "unlabeled": 2}


def test_stl10(served, monkeypatch, tmp_path):
    folder, address = served
    content = tar({f"stl10_binary/{name}": each for name, each in stl10_files().items()})
    (folder / "stl10.tar.gz").write_bytes(content)
    monkeypatch.setattr(STL10, "urls", [address + "stl10.tar.gz"])
    monkeypatch.setattr(STL10, "md5", md5(content))
    train = STL10(tmp_path, download=True)
    assert train.data.shape == (6, 3, 96, 96) and train.labels.tolist() == [0, 1, 2, 3, 4, 5]
    stored = np.frombuffer(stl10_files()["train_X.bin"], np.uint8).reshape(6, 3, 96, 96)
    image, label = train[2]
    assert label == 2 and np.array_equal(np.asarray(image), stored[2].transpose(2, 1, 0))  # stored by columns
    assert train.classes == ["airplane", "bird"]
    assert STL10(tmp_path, folds=1).labels.tolist() == [1, 3, 5]
    assert STL10(tmp_path, "test").labels.tolist() == [0, 1, 2]
    assert STL10(tmp_path, "unlabeled").labels.tolist() == [-1, -1]
    both = STL10(tmp_path, "train+unlabeled", folds=0)
    assert both.labels.tolist() == [0, 2, 4, -1, -1] and both.data.shape == (5, 3, 96, 96)
    assert "    Split: train+unlabeled" in repr(both).splitlines()
    with pytest.raises(ValueError, match=r"range \[0, 10\), but got 10"):
        STL10(tmp_path, folds=10)
    with pytest.raises(ValueError, match="Unknown value 'valid' for argument split"):
        STL10(tmp_path, "valid")
    (tmp_path / "stl10_binary" / "test_X.bin").write_bytes(b"short")
    with pytest.raises(RuntimeError, match="test_X.bin has 5 bytes, no multiple of 27,648"):
        STL10(tmp_path, "test")
    (tmp_path / "stl10_binary" / "train_y.bin").write_bytes(b"\1")
    with pytest.raises(RuntimeError, match="6 images and 1 labels in train"):
        STL10(tmp_path)


def test_stl10_that_is_not_there(tmp_path):
    with pytest.raises(RuntimeError, match="not found in .*stl10_binary. You can use download=True"):
        STL10(tmp_path)


# ---- in the manner of MNIST


IMAGES, LABELS = RNG.randint(0, 256, (5, 28, 28)), np.array([1, 2, 26, 3, 4])


def test_kmnist_has_its_own_files():
    assert set(KMNIST.resources) == set(MNIST.resources) and KMNIST.classes[1] == "ki"
    with pytest.raises(AttributeError, match=r"only MNIST has an embedded part: KMNIST\(root, download=True\)"):
        KMNIST.embedded()


def test_kmnist_by_md5(served, monkeypatch, tmp_path):
    folder, address = served
    digests = {}
    for name in KMNIST.resources:
        content = gzip.compress(idx(IMAGES if "images" in name else LABELS % 10), mtime=0)
        (folder / f"{name}.gz").write_bytes(content)
        digests[name] = md5(content)
    monkeypatch.setattr(KMNIST, "resources", digests)
    monkeypatch.setattr(KMNIST, "mirrors", [address])
    assert KMNIST(tmp_path, download=True).targets.tolist() == [1, 2, 6, 3, 4]
    monkeypatch.setattr(KMNIST, "resources", digests | {"t10k-labels-idx1-ubyte": "0" * 32})
    with pytest.raises(RuntimeError, match="gave another file: expected md5 0000"):
        KMNIST(tmp_path / "other", download=True)


def test_emnist(served, monkeypatch, tmp_path):
    folder, address = served
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part in ("train", "test"):
            for kind, array in (("images-idx3", IMAGES), ("labels-idx1", LABELS)):
                archive.writestr(f"gzip/emnist-letters-{part}-{kind}-ubyte.gz", gzip.compress(idx(array)))
    (folder / "gzip.zip").write_bytes(buffer.getvalue())
    monkeypatch.setattr(EMNIST, "urls", [address + "gzip.zip"])
    monkeypatch.setattr(EMNIST, "md5", md5(buffer.getvalue()))
    data = EMNIST(tmp_path, split="letters", train=False, download=True)
    assert data.targets.tolist() == LABELS.tolist() and data.data.tolist() == IMAGES.tolist()
    assert data.classes[data[2][1]] == "z" and data.raw_folder == str(tmp_path / "EMNIST" / "raw")
    with pytest.raises(ValueError, match="Unknown value 'capitals' for argument split. Valid values are {byclass, by"):
        EMNIST(tmp_path, "capitals")
    with pytest.raises(RuntimeError, match="Dataset not found in"):
        EMNIST(tmp_path, "digits")
    assert [len(EMNIST.classes_split_dict[split]) for split in EMNIST.splits] == [62, 47, 47, 27, 10, 10]


def test_qmnist(served, monkeypatch, tmp_path):
    folder, address = served
    rows = RNG.randint(0, 10, (5, 8))
    images, labels = idx(IMAGES), idx(rows, 0x0C, ">i4")
    packed = {
        "qmnist-test-images-idx3-ubyte.gz": gzip.compress(images, mtime=0),
        "qmnist-test-labels-idx2-int.gz": gzip.compress(labels, mtime=0),
        "xnist-images-idx3-ubyte.xz": lzma.compress(images),
        "xnist-labels-idx2-int.xz": lzma.compress(labels),
    }
    for name, content in packed.items():
        (folder / name).write_bytes(content)
    parts = {"test": list(packed)[:2], "nist": list(packed)[2:]}
    monkeypatch.setattr(
        QMNIST, "files", {part: {name: md5(packed[name]) for name in names} for part, names in parts.items()}
    )
    monkeypatch.setattr(QMNIST, "mirrors", [address])
    data = QMNIST(tmp_path, train=False, download=True)
    assert data.targets.tolist() == rows.tolist() and data[1][1] == rows[1, 0] and "Split: test" in repr(data)
    assert QMNIST(tmp_path, what="test10k", compat=False)[2][1].tolist() == rows[2].tolist()
    assert len(QMNIST(tmp_path, what="test50k")) == 0
    assert len(QMNIST(tmp_path, what="nist", download=True)) == 5
    (tmp_path / "QMNIST" / "raw" / "xnist-labels-idx2-int").write_bytes(idx(rows[:2], 0x0C, ">i4"))
    with pytest.raises(RuntimeError, match=r"expected N images and N rows, got shapes \(5, 28, 28\) and \(2, 8\)"):
        QMNIST(tmp_path, what="nist")
    with pytest.raises(ValueError, match="Unknown value 'valid' for argument what"):
        QMNIST(tmp_path, what="valid")
