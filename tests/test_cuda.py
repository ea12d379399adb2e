"""torch.cuda with a device (CuPy or the stand-in for it) and, in a process of its own, without."""

import os
import subprocess
import sys

import pytest

import edutorch as torch
from edutorch import cuda


def test_the_device():
    assert cuda.is_available() and cuda.device_count() >= 1
    assert cuda.current_device() == 0
    assert cuda.get_device_name() == cuda.get_device_name("cuda:0") == cuda.get_device_name(0)
    properties = cuda.get_device_properties(torch.device("cuda"))
    assert properties.name == cuda.get_device_name()
    assert cuda.get_device_capability() == (properties.major, properties.minor)
    assert properties.total_memory > 0 and properties.multi_processor_count > 0


def test_a_device_that_is_not_there():
    for where in ("cuda:99", 99, torch.device("cuda", 99)):
        with pytest.raises(RuntimeError, match="invalid device ordinal"):
            cuda.get_device_name(where)
    with pytest.raises(RuntimeError, match="invalid device ordinal"), cuda.device(99):
        pass


def test_the_cpu_is_no_cuda_device():
    with pytest.raises(ValueError, match="Expected a cuda device, but got: cpu"):
        cuda.synchronize("cpu")


def test_device_as_a_context():
    with cuda.device(0), cuda.device("cuda:0"), cuda.device(None):
        assert cuda.current_device() == 0 and torch.ones(1, device="cuda").device.index == 0
    cuda.set_device(0)
    cuda.synchronize()


def test_memory():
    before = cuda.memory_allocated()
    x = torch.zeros(1 << 20, device="cuda")  # 4 MiB
    assert cuda.memory_allocated() - before == 4 << 20
    del x
    assert cuda.memory_allocated() == before
    assert cuda.max_memory_allocated() >= before + (4 << 20)
    assert cuda.memory_reserved() >= before + (4 << 20)
    cuda.reset_peak_memory_stats()
    assert cuda.max_memory_allocated() < before + (4 << 20)
    free, total = cuda.mem_get_info()
    assert 0 < free <= total


def test_seed():
    cuda.manual_seed(7)
    first = torch.rand(3, device="cuda")
    cuda.manual_seed_all(7)
    assert torch.rand(3, device="cuda").tolist() == first.tolist()
    torch.manual_seed(7)
    assert torch.rand(3).tolist() == first.tolist()


def test_events():
    start, end = (cuda.Event(enable_timing=True) for _ in range(2))
    with pytest.raises(RuntimeError, match="recorded before elapsed_time"):
        start.elapsed_time(end)
    start.record()
    torch.ones(10, device="cuda").sum()
    end.record()
    end.synchronize()
    assert end.query() and start.elapsed_time(end) >= 0


WITHOUT = """
import edutorch as torch

def error(function):
    try:
        function()
    except Exception as e:
        return type(e).__name__, str(e)

assert not torch.cuda.is_available() and torch.cuda.device_count() == 0
assert torch.cuda.memory_allocated() == torch.cuda.memory_reserved() == 0
torch.cuda.empty_cache()
torch.cuda.manual_seed_all(0)
asks = [
    lambda: torch.ones(2).cuda(),
    lambda: torch.ones(2).to("cuda"),
    lambda: torch.ones(2).to(torch.device("cuda:0")),
    lambda: torch.zeros(2, device="cuda"),
    lambda: torch.cuda.get_device_name(),
    lambda: torch.cuda.current_device(),
    lambda: torch.cuda.set_device(0),
    lambda: torch.cuda.synchronize(),
    lambda: torch.cuda.mem_get_info(),
    lambda: torch.cuda.Event(),
    lambda: torch.cuda.Stream(),
    lambda: torch.cuda.current_stream(),
]
for ask in asks:
    kind, message = error(ask)
    assert kind == "RuntimeError" and "edutorch-course[cuda12]" in message, (kind, message)
    assert "if torch.cuda.is_available() else 'cpu'" in message
print("all as expected")
"""


def test_without_a_device(root):
    command = [sys.executable, "-c", WITHOUT]
    hidden = {"PYTHONPATH": str(root), "CUDA_VISIBLE_DEVICES": "", "PATH": ""}
    done = subprocess.run(command, env=hidden, cwd=root, capture_output=True, text=True)
    assert done.stdout.strip() == "all as expected", done.stderr


OBSTACLES = {
    "": ("edutorch-course[cuda12]",),  # CuPy is not installed, or is, but sees no GPU
    "__version__ = '13.6.0'": ("CuPy 13.6.0 is older than 14", "edutorch-course[cuda12]"),
    "__version__ = '14.2.0'; from . import cuda": ("CuPy sees no NVIDIA GPU (cudaErrorNoDevice)", "NVIDIA's driver"),
    "raise ImportError('\\n====\\nFailed to import CuPy.')": ("(Failed to import CuPy.)", "NVIDIA's driver"),
}
FAILING_RUNTIME = """
class runtime:
    def getDeviceCount():
        raise RuntimeError("cudaErrorNoDevice")
"""


@pytest.mark.parametrize("source", OBSTACLES)
def test_what_is_missing_is_named(root, tmp_path, source):
    if source:
        (tmp_path / "cupy").mkdir()
        (tmp_path / "cupy" / "__init__.py").write_text(source)
        (tmp_path / "cupy" / "cuda.py").write_text(FAILING_RUNTIME)
    program = "import edutorch; assert not edutorch.cuda.is_available(); edutorch.ones(2, device='cuda')"
    hidden = {"PYTHONPATH": os.pathsep.join(map(str, (tmp_path, root))), "CUDA_VISIBLE_DEVICES": "", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", program], env=hidden, cwd=root, capture_output=True, text=True)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("RuntimeError: Found no NVIDIA GPU for device 'cuda'. ")
    assert all(each in last for each in OBSTACLES[source])


def test_work_goes_to_the_stream_of_the_block():
    assert cuda.current_stream() == cuda.default_stream()
    first, second = cuda.Stream(), cuda.Stream()
    assert first != second and len({first, second, cuda.default_stream()}) == 3
    with cuda.stream(first):
        assert cuda.current_stream() == first
        x = torch.ones(1000, device="cuda") * 2
        with cuda.stream(None), cuda.stream(second):
            second.wait_stream(first)
            y = x + 1
        assert cuda.current_stream() == first
    done = second.record_event()
    cuda.current_stream().wait_event(done)
    done.wait()
    second.synchronize()
    assert first.query() and second.query() and done.query()
    assert y.sum().item() == 3000 and cuda.current_stream() == cuda.default_stream()


def test_a_stream_that_is_waited_for_tells_of_a_wrong_index():
    torch.zeros(3, device="cuda")[torch.tensor([3], device="cuda")]
    with pytest.raises(IndexError, match="index 3 is out of bounds"):
        cuda.current_stream().synchronize()
