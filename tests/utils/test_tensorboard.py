"""SummaryWriter: events read back; and what is said where tensorboardX is missing."""

import struct
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
from edutorch import nn

ROOT = Path(__file__).parents[2]
tensorboardX = pytest.importorskip("tensorboardX", reason="tensorboardX is optional (extra tensorboard)")


def events(folder):
    """The values in a folder's files of events, by tag: records of length, checksum, event, checksum."""
    found = defaultdict(list)
    for path in sorted(folder.rglob("events.*")):
        content = path.read_bytes()
        while content:
            (length,) = struct.unpack("<Q", content[:8])
            event = tensorboardX.proto.event_pb2.Event.FromString(content[12 : 12 + length])
            content = content[16 + length :]
            for value in event.summary.value:
                found[value.tag].append((event.step, value))
    return found


@pytest.fixture
def writer(tmp_path):
    from edutorch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path)) as writer:
        yield writer


def test_numbers(writer, tmp_path):
    loss = (torch.ones(3, requires_grad=True) * 2).sum()
    writer.add_scalar("loss", loss, 1)
    writer.add_scalar("loss", loss.item() / 2, global_step=2, new_style=True)
    writer.add_scalars("both", {"train": loss, "test": torch.tensor(7)}, 3)
    writer.close()
    found = events(tmp_path)
    assert [(step, value.simple_value) for step, value in found["loss"]] == [(1, 6.0), (2, 3.0)]
    assert sorted(value.simple_value for _, value in found["both"]) == [6.0, 7.0]


def test_histograms_and_texts(writer, tmp_path):
    writer.add_histogram("weights", torch.arange(10.0, requires_grad=True), 5)
    writer.add_text("note", "two words", 6)
    writer.close()
    found = events(tmp_path)
    ((step, value),) = found["weights"]
    assert (step, value.histo.num, value.histo.min, value.histo.max, value.histo.sum) == (5, 10, 0, 9, 45)
    ((step, value),) = found["note/text_summary"]
    assert (step, value.tensor.string_val[0]) == (6, b"two words")


def test_pictures(writer, tmp_path):
    image = pytest.importorskip("PIL.Image", reason="Pillow is optional")
    import io

    picture = torch.rand(3, 4, 6)
    writer.add_image("one", picture)
    writer.add_image("gray", picture[0], dataformats="HW")
    writer.add_images("several", torch.stack([picture, picture]))
    writer.close()
    found = events(tmp_path)
    pixels = np.asarray(image.open(io.BytesIO(found["one"][0][1].image.encoded_image_string)))
    assert pixels.shape == (4, 6, 3)
    assert np.abs(pixels / 255 - picture.permute(1, 2, 0).numpy()).max() <= 1 / 255
    assert (found["gray"][0][1].image.height, found["gray"][0][1].image.width) == (4, 6)
    assert found["several"][0][1].image.width == 12


def test_settings_and_curves(writer, tmp_path):
    writer.add_hparams({"lr": 0.1, "bn": True}, {"accuracy": torch.tensor(0.5)}, run_name="first")
    writer.add_pr_curve("curve", torch.tensor([0, 1, 1]), torch.tensor([0.1, 0.6, 0.4]))
    writer.add_embedding(torch.rand(4, 3), metadata=["a", "b", "c", "d"], tag="points")
    writer.close()
    found = events(tmp_path)
    assert found["accuracy"][0][1].simple_value == 0.5
    assert "_hparams_/session_start_info" in found and "curve" in found
    assert (tmp_path / "first").is_dir()
    assert (tmp_path / "00000" / "points" / "tensors.tsv").read_text().count("\n") == 4
    with pytest.raises(TypeError, match="should be dictionary"):
        writer.add_hparams(["lr"], {})


def test_a_graph_is_refused(writer):
    with pytest.raises(NotImplementedError, match="nothing is traced here.*viz.explore"):
        writer.add_graph(nn.Linear(2, 2), torch.ones(1, 2))
    with pytest.raises(AttributeError, match="add_nothing"):
        writer.add_nothing(1)


def test_the_folder(tmp_path, monkeypatch):
    from edutorch.utils.tensorboard import SummaryWriter

    monkeypatch.chdir(tmp_path)
    writer = SummaryWriter(comment="_trial")
    writer.close()
    assert writer.log_dir == writer.get_logdir()
    assert writer.log_dir.startswith("runs") and writer.log_dir.endswith("_trial")
    assert (tmp_path / writer.log_dir).is_dir()


def test_without_tensorboardx_the_import_works_and_the_first_use_says_what_to_install():
    code = """
import sys
sys.modules["tensorboardX"] = None
import edutorch
edutorch.as_torch()
from torch.utils.tensorboard import SummaryWriter
try:
    SummaryWriter()
except ImportError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "SummaryWriter needs tensorboardX, which is not installed: pip install tensorboardX\n", (
        done.stderr
    )
