"""Generator and the default one; and the promise: same seed, same numbers as PyTorch 2.13.

golden/random_cases.py names the draws, golden/make_random.py wrote what PyTorch draws.
"""

import copy
import hashlib
import pickle
import runpy
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch

FOLDER = Path(__file__).parent.parent / "golden"
GIVEN = runpy.run_path(str(FOLDER / "random_cases.py"))
CASES, is_exact, sample = GIVEN["CASES"], GIVEN["is_exact"], GIVEN["sample"]
GOLDEN = np.load(FOLDER / "random.npz")


def assert_same_numbers(case: str, got: np.ndarray, expected: np.ndarray) -> None:
    assert got.dtype == expected.dtype
    if is_exact(case):
        np.testing.assert_array_equal(got, expected)
    else:  # a few units in the last place of the dtype
        ulp = np.finfo(got.dtype).eps
        np.testing.assert_allclose(got, expected, rtol=8 * ulp, atol=4 * ulp)


@pytest.mark.parametrize("seed", GIVEN["SEEDS"])
@pytest.mark.parametrize("case", CASES)
def test_same_seed_same_numbers(case: str, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    # one size after the other from one generator: what a draw leaves behind shows in the next
    parts = [CASES[case](torch, n, generator).reshape(-1).numpy() for n in GIVEN["SIZES"]]
    assert_same_numbers(case, np.concatenate(parts), GOLDEN[f"{case}|{seed}"])
    after = torch.rand(1, generator=generator, dtype=torch.float64).numpy()
    np.testing.assert_array_equal(after, GOLDEN[f"{case}|{seed}|next"])


@pytest.mark.parametrize("case", GIVEN["long_cases"]())
def test_same_numbers_a_million_times(case: str) -> None:
    numbers = CASES[case](torch, GIVEN["LONG"], torch.Generator().manual_seed(5)).numpy()
    assert_same_numbers(case, np.array(sample(numbers), numbers.dtype), GOLDEN[f"{case}|long"])
    if is_exact(case):
        found = np.frombuffer(hashlib.sha256(numbers.tobytes()).digest(), "u1")
        np.testing.assert_array_equal(found, GOLDEN[f"{case}|hash"])


def test_the_numbers_on_a_device_are_those_of_the_cpu(device: str) -> None:
    torch.manual_seed(1)
    expected = [torch.randn(20), torch.rand(2, 3).t().uniform_(), torch.randperm(9)]
    torch.manual_seed(1)
    on_device = [
        torch.randn(20, device=device),
        torch.rand(2, 3, device=device).t().uniform_(),
        torch.randperm(9, device=device),
    ]
    for one, other in zip(on_device, expected, strict=True):
        assert one.device.type == device
        np.testing.assert_array_equal(one.cpu().numpy(), other.numpy())


# ---- Generator


def test_a_new_generator_has_pytorchs_seed_and_device() -> None:
    generator = torch.Generator()
    assert generator.initial_seed() == 67280421310721
    assert generator.device == torch.device("cpu")


@pytest.mark.parametrize(("seed", "kept"), [(0, 0), (-1, 2**64 - 1), (-(2**63), 2**63)])
def test_negative_seeds_count_from_the_top(seed: int, kept: int) -> None:
    assert torch.Generator().manual_seed(seed).initial_seed() == kept


@pytest.mark.parametrize("seed", [2**64, -(2**63) - 1])
def test_seeds_beyond_64_bits_are_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="Overflow .* must be in"):
        torch.manual_seed(seed)


@pytest.mark.parametrize("seed", [3.0, True, "3", None])
def test_a_generator_takes_only_ints(seed: object) -> None:
    with pytest.raises(RuntimeError, match=f"expected a long, but got {type(seed).__name__}"):
        torch.Generator().manual_seed(seed)


def test_the_modules_manual_seed_makes_ints() -> None:
    assert torch.manual_seed(3.7).initial_seed() == torch.initial_seed() == 3
    assert torch.manual_seed("12") is torch.default_generator


def test_seed_differs_each_time_and_returns_what_it_took() -> None:
    first, second = torch.seed(), torch.seed()
    assert first != second and torch.initial_seed() == second
    drawn = torch.rand(5)
    torch.manual_seed(second)
    assert torch.rand(5).tolist() == drawn.tolist()


def test_the_default_generator_is_not_seeded_at_import() -> None:
    # two processes that forgot to seed must not draw the same
    assert torch.Generator().initial_seed() != torch.default_generator.initial_seed()


def test_a_state_is_pytorchs_bytes_and_brings_the_waiting_normal_back() -> None:
    torch.manual_seed(4)
    torch.randn(3)  # the fourth waits
    state = torch.get_rng_state()
    assert (state.dtype, tuple(state.shape)) == (torch.uint8, (5056,))
    ahead = torch.randn(5).tolist()
    torch.set_rng_state(state)
    assert torch.randn(5).tolist() == ahead
    other = torch.Generator().set_state(state)
    assert torch.randn(5, generator=other).tolist() == ahead


def test_what_is_no_state_is_refused() -> None:
    generator = torch.Generator()
    with pytest.raises(TypeError, match="expected a torch.ByteTensor, but got int"):
        generator.set_state(3)
    with pytest.raises(TypeError, match="must be a torch.ByteTensor"):
        generator.set_state(torch.zeros(5056))
    with pytest.raises(RuntimeError, match="size 5056 .* to be 7"):
        generator.set_state(torch.zeros(7, dtype=torch.uint8))


@pytest.mark.parametrize("clone", [copy.deepcopy, torch.Generator.clone_state, lambda g: pickle.loads(pickle.dumps(g))])
def test_a_copy_goes_on_alone(clone) -> None:
    generator = torch.Generator().manual_seed(8)
    torch.randn(1, generator=generator)
    other = clone(generator)
    ahead = torch.randn(20, generator=generator).tolist()
    assert torch.randn(20, generator=other).tolist() == ahead


def test_fork_rng_leaves_no_trace() -> None:
    torch.manual_seed(6)
    with torch.random.fork_rng():
        inside = torch.rand(3).tolist()
    assert torch.rand(3).tolist() == inside
    with torch.random.fork_rng(enabled=False):
        inside = torch.rand(3).tolist()
    assert torch.rand(3).tolist() != inside


def test_a_generator_of_another_device_is_refused(device: str) -> None:
    generator = torch.Generator(device)
    assert generator.device.type == device
    other = "cuda" if device == "cpu" else "cpu"
    assert torch.rand(2, generator=generator, device=device).device.type == device
    with pytest.raises(RuntimeError, match=f"Expected a '{other}' .* but found '{device}'"):
        torch.rand(2, generator=generator, device=other)


def test_what_is_no_generator_is_refused() -> None:
    with pytest.raises(TypeError, match="must be torch.Generator, not int"):
        torch.rand(2, generator=5)
