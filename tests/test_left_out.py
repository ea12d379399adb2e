"""What is left out says so; the parts that load on first use; the switches that programs set."""

import subprocess
import sys

import pytest

import edutorch as torch


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("complex64", "real and imaginary parts as two tensors"),
        ("bfloat16", "use float32"),
        ("compile", "nothing is compiled"),
        ("fft", "tensors are real"),
        ("set_num_threads", "OPENBLAS_NUM_THREADS"),
        ("distributed", "one process"),
        ("batch_norm", "nn.functional"),
        ("lu", "linalg.solve"),
    ],
)
def test_what_is_left_out_says_what_to_use_instead(name, advice):
    assert not hasattr(torch, name)
    with pytest.raises(AttributeError, match=f"has no attribute '{name}': edutorch leaves it out.*{advice}"):
        getattr(torch, name)


def test_an_unknown_name_is_an_ordinary_error():
    with pytest.raises(AttributeError, match="^module 'edutorch' has no attribute 'tensro'$"):
        torch.tensro  # noqa: B018


def test_nothing_left_out_is_there_after_all():
    from edutorch.left_out import REASONS

    assert [name for name in REASONS if name in vars(torch)] == []


def test_vision_viz_and_course_load_on_first_use():
    code = (
        "import sys, edutorch\n"
        "assert not {'edutorch.vision', 'edutorch.viz', 'edutorch.course'} & set(sys.modules)\n"
        "edutorch.vision.datasets, edutorch.viz, edutorch.course\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_lines_with_which_programs_choose_a_device():
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.deterministic = True
    assert not torch.backends.mps.is_available()
    chosen = torch.accelerator.current_accelerator().type if torch.accelerator.is_available() else "cpu"
    assert torch.ones(1, device=chosen).device.type == chosen
    assert torch.accelerator.device_count() == torch.cuda.device_count()
