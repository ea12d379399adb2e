"""What is left out says so; the parts that load on first use; the switches that programs set."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import edutorch as torch
from edutorch import nn
from edutorch.aliases import original


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("angle", "real and imaginary parts as two tensors"),
        ("export", "nothing is compiled"),
        ("fft", "tensors are real"),
        ("futures", "edutorch run --nproc 2"),
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


def test_vision_viz_course_and_distributed_load_on_first_use():
    code = (
        "import sys, edutorch\n"
        "assert not {'edutorch.' + n for n in ('vision', 'viz', 'course', 'distributed')} & set(sys.modules)\n"
        "edutorch.vision.datasets, edutorch.viz, edutorch.course, edutorch.distributed.is_initialized\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_lines_with_which_programs_choose_a_device():
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.deterministic = True
    assert not torch.backends.mps.is_available()
    chosen = torch.accelerator.current_accelerator().type if torch.accelerator.is_available() else "cpu"
    assert torch.ones(1, device=chosen).device.type == chosen
    assert torch.accelerator.device_count() == torch.cuda.device_count()


@pytest.mark.parametrize("name", ["bfloat16", "complex64", "float8_e4m3fn", "uint16"])
def test_a_dtype_that_is_left_out_is_a_name_for_tables_and_refused_at_use(name):
    dtype = getattr(torch, name)
    assert isinstance(dtype, torch.dtype) and repr(dtype) == f"torch.{name}" and {dtype: 1}[getattr(torch, name)] == 1
    assert pickle.loads(pickle.dumps(dtype)) is dtype and torch.ones(1).dtype != dtype
    for use in (
        lambda: torch.ones(1, dtype=dtype),
        lambda: torch.ones(1).to(dtype),
        lambda: nn.Linear(1, 1, dtype=dtype),
    ):
        with pytest.raises(TypeError, match=f"torch.{name}: edutorch leaves this dtype out; use "):
            use()


def test_compile_gives_the_function_itself():
    net = nn.Linear(1, 1)
    assert torch.compile(net) is net and torch.compile(net, mode="max-autotune", backend="inductor") is net

    @torch.compile(fullgraph=True)
    def double(x):
        return 2 * x

    assert double(2) == 4
    with pytest.raises(TypeError, match="unexpected keyword argument 'mod'"):
        torch.compile(net, mod="default")


def test_torchscript_is_refused_at_use():
    @torch.jit.ignore
    @torch.jit.unused
    @torch.jit.export
    def marked(x):
        return torch.jit.annotate(int, x)

    assert marked(3) == 3 and torch.jit.ignore(drop=True)(marked)(4) == 4
    assert not torch.jit.is_scripting() and not isinstance(nn.Linear(1, 1), torch.jit.ScriptModule)
    for use in (torch.jit.script, torch.jit.trace, torch.jit.load, torch.hub.load):
        with pytest.raises(RuntimeError, match=f"{use.__name__}: edutorch leaves"):
            use(marked)


def test_every_name_of_pytorchs_public_modules_is_there_or_told(root):
    for module, names in json.loads((root / "tests/golden/public_names.json").read_text()).items():
        space = torch.ones(1) if module == "torch.Tensor" else original(module)
        for name in names:
            if module == "torch.Tensor" and hasattr(torch.Tensor, name):
                continue  # some properties raise for this tensor, as in PyTorch
            try:
                getattr(space, name)
            except AttributeError as error:
                assert f"has no attribute '{name}': edutorch leaves it out; " in str(error), (module, name)


def test_the_recorded_names_are_pytorchs():
    pytest.importorskip("torch")
    from tests.golden.make_public_names import MODULES, names_of

    recorded = json.loads((Path(__file__).parent / "golden/public_names.json").read_text())
    assert recorded == {module: names_of(module) for module in MODULES}
