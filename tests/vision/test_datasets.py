"""Image data sets: the embedded one, ones from a server on localhost, ones in folders; and damage."""

import gzip
import hashlib
import io
import os
import shutil
import struct
import subprocess
import sys
import tarfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
from edutorch.utils.data import DataLoader
from edutorch.vision import pillow
from edutorch.vision.datasets import (
    CIFAR10,
    MNIST,
    DatasetFolder,
    FakeData,
    FashionMNIST,
    ImageFolder,
    VisionDataset,
    cifar,
    mnist,
)
from edutorch.vision.transforms import Compose, Normalize, ToTensor

Image = pytest.importorskip("PIL.Image", reason="Pillow is optional")
GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "vision.npz")
ROOT = Path(__file__).parents[2]
RNG = np.random.RandomState(0)


# ---- the embedded part of MNIST


@pytest.mark.parametrize(
    ("train", "counts"),
    [
        (True, [1206, 1351, 1176, 1228, 1184, 1048, 1208, 1279, 1127, 1193]),
        (False, [175, 234, 219, 207, 217, 179, 178, 205, 192, 194]),
    ],
)
def test_embedded_mnist(train, counts):
    data = MNIST.embedded(train=train)
    assert data.data.shape == (sum(counts), 28, 28) and data.data.dtype is torch.uint8
    assert data.targets.shape == (sum(counts),) and data.targets.dtype is torch.int64
    assert np.bincount(data.targets.numpy()).tolist() == counts
    assert len(data) == sum(counts)


def test_embedded_mnist_is_the_real_one():
    data = MNIST.embedded()
    # the well-known first digits, the mean and the standard deviation of the set
    assert data.targets[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert MNIST.embedded(train=False).targets[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    pixels = data.data.numpy() / 255
    assert pixels.mean() == pytest.approx(0.1307, abs=2e-3)
    assert pixels.std() == pytest.approx(0.3081, abs=2e-3)


def test_items_are_pictures_and_digits():
    image, digit = MNIST.embedded()[0]
    assert isinstance(image, Image.Image) and image.size == (28, 28) and image.mode == "L"
    assert type(digit) is int and digit == 5


def test_transforms_and_loading():
    to_input = Compose([ToTensor(), Normalize((0.1307,), (0.3081,))])
    data = MNIST.embedded(train=False, transform=to_input, target_transform=lambda digit: -digit)
    images, targets = next(iter(DataLoader(data, batch_size=100)))
    assert images.shape == (100, 1, 28, 28) and images.dtype is torch.float32
    assert targets[:3].tolist() == [-7, -2, -1]
    assert repr(data).splitlines() == [
        "Dataset MNIST",
        "    Number of datapoints: 2000",
        "    Split: Test",
        "    StandardTransform",
        "Transform: Compose(",
        "               ToTensor()",
        "               Normalize(mean=(0.1307,), std=(0.3081,))",
        "           )",
        f"Target transform: {data.target_transform!r}",
    ]


def test_without_pillow_the_picture_is_an_array_and_the_input_the_same(monkeypatch):
    with_pillow = MNIST.embedded(train=False, transform=ToTensor())[3][0]
    monkeypatch.setattr(pillow, "found", None)
    image, _ = MNIST.embedded(train=False)[3]
    assert isinstance(image, np.ndarray) and image.shape == (28, 28) and image.dtype == np.uint8
    without = MNIST.embedded(train=False, transform=ToTensor())[3][0]
    assert np.array_equal(with_pillow.numpy(), without.numpy())


def test_a_damaged_embedded_file_is_refused(monkeypatch, tmp_path):
    shutil.copytree(str(files("edutorch.vision.datasets") / "embedded"), tmp_path / "embedded")
    labels = tmp_path / "embedded" / "t10k-labels-idx1-ubyte.gz"
    labels.write_bytes(labels.read_bytes()[:-1] + b"!")
    monkeypatch.setattr(mnist, "files", lambda package: tmp_path)
    with pytest.raises(RuntimeError, match=r"t10k-labels.*is damaged: expected sha256 9016d84c.*anew"):
        MNIST.embedded(train=False)
    labels.unlink()
    with pytest.raises(RuntimeError, match="t10k-labels.*is missing: install edutorch anew"):
        MNIST.embedded(train=False)


def test_the_embedded_files_carry_their_license():
    text = (files("edutorch.vision.datasets") / "embedded" / "README.txt").read_text()
    assert "Attribution-Share Alike 3.0" in text and "yann.lecun.com" in text


# ---- MNIST in a folder, and its download


def idx(array):
    shape = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + shape + array.astype(np.uint8).tobytes()


PARTS = {
    "train-images-idx3-ubyte": RNG.randint(0, 256, (6, 28, 28)),
    "train-labels-idx1-ubyte": np.array([0, 1, 2, 3, 4, 9]),
    "t10k-images-idx3-ubyte": RNG.randint(0, 256, (3, 28, 28)),
    "t10k-labels-idx1-ubyte": np.array([7, 8, 9]),
}


def write_raw(folder, zipped=False):
    folder.mkdir(parents=True)
    for name, array in PARTS.items():
        content = gzip.compress(idx(array)) if zipped else idx(array)
        (folder / (name + ".gz" * zipped)).write_bytes(content)


@pytest.mark.parametrize("zipped", [False, True])
def test_mnist_in_torchvisions_folders(tmp_path, zipped):
    write_raw(tmp_path / "MNIST" / "raw", zipped)
    train, test = MNIST(tmp_path), MNIST(tmp_path, train=False)
    assert train.data.tolist() == PARTS["train-images-idx3-ubyte"].tolist()
    assert train.targets.tolist() == [0, 1, 2, 3, 4, 9] and len(test) == 3
    assert train.class_to_idx["9 - nine"] == 9
    assert f"    Root location: {tmp_path}" in repr(train).splitlines()


def test_mnist_by_kaggles_names(tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, array in PARTS.items():
        other = name.replace("-idx", ".idx")
        place = raw / other if "train" in name else raw / other / other  # Kaggle has each twice
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(idx(array))
    assert MNIST(tmp_path).targets.tolist() == [0, 1, 2, 3, 4, 9]
    assert MNIST(tmp_path, train=False).data.tolist() == PARTS["t10k-images-idx3-ubyte"].tolist()


def test_mnist_in_another_folder_is_named(tmp_path):
    write_raw(tmp_path / "data")
    with pytest.raises(RuntimeError, match=r"not found in .*raw, but in .*data: move the files to .*raw$"):
        MNIST(tmp_path / "data")


def test_letters_in_the_files_of_mnist(tmp_path):
    class Letters(MNIST):
        classes = ["N/A", *"abcdefghijklmnopqrstuvwxyz"]

    for kind in (MNIST, Letters):
        write_raw(tmp_path / kind.__name__ / "raw")
        labels = idx(np.array([1, 2, 3, 4, 5, 26]))
        (tmp_path / kind.__name__ / "raw" / "train-labels-idx1-ubyte").write_bytes(labels)
    with pytest.raises(RuntimeError, match=r"go up to 26.*EMNIST with its letters 1 to 26, a subclass"):
        MNIST(tmp_path)
    assert Letters(tmp_path).targets.tolist() == [1, 2, 3, 4, 5, 26]


def test_mnist_that_is_not_there(tmp_path):
    with pytest.raises(
        RuntimeError, match=r"not found in .*raw. You can use download=True.*\nWithout a network.*embedded"
    ):
        MNIST(tmp_path)
    with pytest.raises(RuntimeError, match="You can use download=True to download it$"):
        FashionMNIST(tmp_path)
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("train-images-idx3-ubyte", idx(PARTS["train-images-idx3-ubyte"])[:-1], "it has 4719. Delete"),
        ("train-images-idx3-ubyte", b"<html>404</html>", "is no IDX file.*use download=True"),
        ("train-labels-idx1-ubyte", idx(np.array([1, 2])), r"got shapes \(6, 28, 28\) and \(2,\)"),
        (
            "train-labels-idx1-ubyte",
            idx(np.array([1, 2, 3, 4, 5, 10])),
            "labels in .* go up to 10, those of MNIST to 9.*damaged. Delete",
        ),
        ("train-images-idx3-ubyte", idx(np.zeros((6, 27, 28))), "expected N images of 28 x 28"),
    ],
)
def test_damaged_mnist_is_refused(tmp_path, name, content, message):
    write_raw(tmp_path / "MNIST" / "raw")
    (tmp_path / "MNIST" / "raw" / name).write_bytes(content)
    with pytest.raises(RuntimeError, match=message):
        MNIST(tmp_path)


class Small(MNIST):
    """MNIST with other files."""


def serve_mnist(served, monkeypatch):
    folder, address = served
    digests = {}
    for name, array in PARTS.items():
        content = gzip.compress(idx(array), mtime=0)
        (folder / f"{name}.gz").write_bytes(content)
        digests[name] = hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(Small, "resources", digests)
    monkeypatch.setattr(Small, "mirrors", [address + "nowhere/", address])
    return folder


def test_download_fetches_once_from_the_mirror_that_has_it(served, monkeypatch, tmp_path):
    folder = serve_mnist(served, monkeypatch)
    data = Small(tmp_path / "root", download=True)
    assert data.targets.tolist() == [0, 1, 2, 3, 4, 9]
    assert sorted(os.listdir(tmp_path / "root" / "Small" / "raw")) == sorted(PARTS)
    shutil.rmtree(folder)  # the second time nothing is asked for, and a second root has the cache
    assert len(Small(tmp_path / "root", train=False, download=True)) == 3
    assert len(Small(tmp_path / "other", train=False, download=True)) == 3


def test_a_download_of_other_content_is_refused(served, monkeypatch, tmp_path):
    folder = serve_mnist(served, monkeypatch)
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(b"other"))
    with pytest.raises(RuntimeError, match=r"(?s)gave another file: expected sha256.*MNIST.embedded\(\) has a fifth"):
        Small(tmp_path / "root", download=True)
    assert not (tmp_path / "root" / "Small" / "raw" / "t10k-images-idx3-ubyte").exists()


def test_fashion_mnist_has_its_own_files_and_no_embedded_part():
    assert set(FashionMNIST.resources) == set(MNIST.resources)
    assert not set(FashionMNIST.resources.values()) & set(MNIST.resources.values())
    assert FashionMNIST.classes[9] == "Ankle boot"
    with pytest.raises(AttributeError, match="only MNIST has an embedded part"):
        FashionMNIST.embedded()


# ---- CIFAR-10


IMAGES = 20  # in a file; the real ones have 10,000


def cifar_file(seed):
    rng = np.random.RandomState(seed)
    labels = rng.randint(0, 10, (IMAGES, 1))
    return np.hstack([labels, rng.randint(0, 256, (IMAGES, 3072), np.uint8)]).astype(np.uint8)


@pytest.fixture
def cifar_archive():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for i, name in enumerate([*CIFAR10.train_list, *CIFAR10.test_list]):
            content = cifar_file(i % 2).tobytes()
            entry = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def test_cifar10_from_its_binary_version(served, cifar_archive, monkeypatch, tmp_path):
    folder, address = served
    (folder / "cifar-10-binary.tar.gz").write_bytes(cifar_archive)
    monkeypatch.setattr(cifar, "IMAGES_PER_FILE", IMAGES)
    monkeypatch.setattr(CIFAR10, "urls", [address + "cifar-10-binary.tar.gz"])
    monkeypatch.setattr(CIFAR10, "digest", hashlib.sha256(cifar_archive).hexdigest())
    train = CIFAR10(tmp_path, download=True)
    test = CIFAR10(tmp_path, train=False)
    assert train.data.shape == (5 * IMAGES, 32, 32, 3) and len(test) == IMAGES
    first = cifar_file(0)[0]
    image, label = train[0]
    assert label == first[0] and image.mode == "RGB"
    assert np.array_equal(np.asarray(image).transpose(2, 0, 1).reshape(-1), first[1:])
    assert test.targets == cifar_file(1)[:, 0].tolist()
    assert "    Split: Test" in repr(test).splitlines() and train.class_to_idx["truck"] == 9
    damaged = tmp_path / "cifar-10-batches-bin" / "data_batch_3.bin"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with pytest.raises(RuntimeError, match="data_batch_3.bin is damaged: expected 61,460 bytes"):
        CIFAR10(tmp_path)


def test_cifar10_that_is_not_there(tmp_path):
    with pytest.raises(RuntimeError, match="the binary version is wanted.*download=True"):
        CIFAR10(tmp_path)


# ---- folders, fake data, the base class


@pytest.fixture
def folders(tmp_path):
    for i, name in enumerate(["cat/b.png", "cat/deep/a.PNG", "ant/c.jpg", "ant/notes.txt"]):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".txt":
            path.write_text("no image")
        else:
            Image.new("L", (4, 3), i * 50).save(path)
    return tmp_path


def test_image_folder(folders):
    data = ImageFolder(folders, transform=ToTensor())
    assert data.classes == ["ant", "cat"] and data.class_to_idx == {"ant": 0, "cat": 1}
    assert [Path(path).name for path, _ in data.samples] == ["c.jpg", "b.png", "a.PNG"]
    assert data.targets == [0, 1, 1] and data.imgs is data.samples
    image, target = data[2]
    assert image.shape == (3, 3, 4) and target == 1
    assert image.numpy() == pytest.approx(50 / 255)


def test_a_loader_of_ones_own(folders):
    data = DatasetFolder(folders, lambda path: Path(path).read_text(), extensions=(".txt",), allow_empty=True)
    assert list(data) == [("no image", 0)]
    odd = ImageFolder(folders, is_valid_file=lambda path: path.endswith("b.png"), allow_empty=True)
    assert len(odd) == 1


def test_folders_that_lack_something(folders, tmp_path):
    with pytest.raises(FileNotFoundError, match="for the classes cat in .*extensions are: .txt"):
        DatasetFolder(folders, str, extensions=(".txt",))
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="Couldn't find any class folder in .*empty"):
        ImageFolder(tmp_path / "empty")
    with pytest.raises(ValueError, match="either extensions or is_valid_file"):
        DatasetFolder(folders, str)


def test_fake_data_is_torchvisions():
    data = FakeData(size=4, image_size=(3, 5, 7), num_classes=4, random_offset=3)
    torch.manual_seed(0)
    before = torch.get_rng_state().tolist()
    for i in range(4):
        image, target = data[i]
        assert np.array_equal(np.asarray(image), GOLDEN[f"fake {i}"])
        assert target == int(GOLDEN[f"fake class {i}"])
    assert torch.get_rng_state().tolist() == before
    with pytest.raises(IndexError, match="FakeData index out of range: 4 of 4"):
        data[4]


def test_both_transforms_at_once_are_refused():
    with pytest.raises(ValueError, match="Only transforms or transform/target_transform"):
        VisionDataset(transforms=max, transform=min)


def test_transforms_gets_image_and_target():
    data = MNIST.embedded(train=False)
    data.transforms = lambda image, digit: (digit, image.size)
    assert data[0] == (7, (28, 28))


if sys.platform == "linux":

    def test_workers_load_it():
        data = MNIST.embedded(train=False, transform=ToTensor())
        total = sum(images.shape[0] for images, _ in DataLoader(data, 500, num_workers=2))
        assert total == 2000


def test_vision_needs_numpy_alone():
    program = (
        "import sys; sys.modules['PIL'] = None\n"
        "from edutorch.utils.data import DataLoader\n"
        "from edutorch.vision import datasets, models, transforms, utils\n"
        "data = datasets.MNIST.embedded(train=False, transform=transforms.ToTensor())\n"
        "images, digits = next(iter(DataLoader(data, 9)))\n"
        "print(tuple(utils.make_grid(images).shape), digits.tolist())\n"
        "print({'PIL.Image', 'safetensors', 'platformdirs', 'tqdm'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "(3, 62, 242) [7, 2, 1, 0, 4, 1, 4, 9, 5]\nset()\n", done.stderr


def test_what_a_computer_leaves_behind_is_no_class_and_no_sample(tmp_path):
    image = pytest.importorskip("PIL.Image")
    for path in (
        "cat/1.png",
        "cat/._1.png",
        "cat/.ipynb_checkpoints/1.png",
        "dog/2.png",
        "__MACOSX/cat/1.png",
        ".ipynb_checkpoints/1.png",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        image.new("RGB", (2, 2)).save(tmp_path / path)
    found = ImageFolder(tmp_path)
    assert found.classes == ["cat", "dog"] and found.targets == [0, 1]
    assert [path.rpartition("/")[2] for path, _ in found.samples] == ["1.png", "2.png"]


def test_a_picture_of_16_bits_is_scaled(tmp_path):
    image = pytest.importorskip("PIL.Image")
    (tmp_path / "a").mkdir()
    image.fromarray(np.array([[0, 257, 0x8080, 0xFFFF]], np.uint16)).save(tmp_path / "a/1.png")
    pixels = np.asarray(ImageFolder(tmp_path)[0][0])
    assert pixels[0, :, 0].tolist() == [0, 1, 128, 255]
