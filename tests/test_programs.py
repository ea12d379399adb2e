"""Programs written for PyTorch print under `edutorch run` what they print under PyTorch.

They lie in tests/programs, in the manner of the tutorials people learn from; golden/make_programs.py wrote
what PyTorch prints."""

import json
import re
import subprocess
import sys

import pytest

NUMBER = re.compile(r"-?\d+\.\d+")
PROGRAMS = [
    "actor_critic",
    "char_rnn",
    "d2l_trainer",
    "dcgan",
    "digits",
    "from_scratch",
    "gan",
    "learning_by_examples",
    "names",
    "nano_gpt",
    "ppo",
    "ppo_cart",
    "reinforce",
    "sixty_minutes",
    "tiny_gpt",
    "vae",
    "vae_distributions",
    "vgg_finetuning",
]


def run(path, root):
    done = subprocess.run(
        [sys.executable, "-m", "edutorch", "run", str(path)], capture_output=True, text=True, cwd=root, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_prints_what_it_prints_under_pytorch(name, root):
    if "tensorboard" in (root / "tests/programs" / f"{name}.py").read_text():
        pytest.importorskip("tensorboardX", reason="tensorboardX is optional (extra tensorboard)")
    expected = json.loads((root / "tests/golden/programs.json").read_text())[name]
    got = run(root / "tests/programs" / f"{name}.py", root)
    for ours, theirs in zip(got, expected, strict=True):
        assert NUMBER.sub("#", ours) == NUMBER.sub("#", theirs)
        # in float32 the last printed digit may differ by rounding
        assert [float(n) for n in NUMBER.findall(ours)] == pytest.approx(
            [float(n) for n in NUMBER.findall(theirs)], rel=5e-3, abs=2e-3
        )


def test_every_program_is_run(root):
    assert sorted(path.stem for path in (root / "tests/programs").glob("*.py")) == PROGRAMS
