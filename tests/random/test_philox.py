"""Philox, the engine of a GPU's dropout masks; seeds and states of what is drawn on "cuda"."""

import numpy as np
import pytest

import edutorch as torch
from edutorch import cuda, nn
from edutorch.random import philox
from edutorch.utils.checkpoint import checkpoint
from edutorch.vision.ops import stochastic_depth

F = nn.functional
DROPS = {
    "dropout": lambda x: F.dropout(x, 0.4),
    "dropout in place": lambda x: F.dropout(x.clone(), 0.4, inplace=True),
    "dropout1d": lambda x: F.dropout1d(x, 0.4),
    "dropout2d": lambda x: F.dropout2d(x[..., None], 0.4),
    "dropout3d": lambda x: F.dropout3d(x[..., None, None], 0.4),
    "alpha_dropout": lambda x: F.alpha_dropout(x, 0.4, training=True),
    "feature_alpha_dropout": lambda x: F.feature_alpha_dropout(x, 0.4, training=True),
    "torch.dropout": lambda x: torch.dropout(x, 0.4, train=True),
    "attention": lambda x: F.scaled_dot_product_attention(x, x, x, dropout_p=0.4),
    "stochastic depth": lambda x: stochastic_depth(x, 0.4, "row"),
    "LSTM": lambda x: recurrent()(x)[0],
}


def recurrent():
    return nn.LSTM(5, 6, num_layers=2, dropout=0.4, batch_first=True, device="cuda")


# The vectors of Random123, the authors' library.
@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([2**32 - 1] * 4, [2**32 - 1] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            [0xA4093822, 0x299F31D0],
            [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
        ),
    ],
)
def test_words_are_those_of_the_authors(counter, key, words):
    given = [np.array([number], np.uint64) for number in counter + key]
    assert [int(word[0]) for word in philox.rounds(*given)] == words


def mask(*shape, chance=0.5, dtype=torch.float32):
    like = torch.empty(0, dtype=dtype, device="cuda").array
    return torch.from_numpy(philox.kept(like, shape, chance).get())


def test_a_mask_compares_the_words_with_the_chance():
    torch.manual_seed(2**64 - 3)
    drawn = mask(3, 3), mask(3, 3)
    for counter, found in enumerate(drawn):
        place = np.arange(3, dtype=np.uint64)
        seed = np.full(3, 2**32 - 3, np.uint64), np.full(3, 2**32 - 1, np.uint64)
        words = np.stack(philox.rounds(place * 0 + counter, place * 0, place, place * 0, *seed), 1)
        assert found.flatten().tolist() == (words < 2**31).astype(np.float32).reshape(-1)[:9].tolist()


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
@pytest.mark.parametrize("chance", [0.0, 0.1, 0.7, 1.0])
def test_as_many_ones_as_expected(dtype, chance):
    torch.manual_seed(0)
    ones = mask(401, 250, chance=chance, dtype=dtype)
    assert ones.dtype == dtype and ones.shape == (401, 250) and set(ones.unique().tolist()) <= {0.0, 1.0}
    assert abs(ones.double().mean().item() - chance) <= 4 * (chance * (1 - chance) / ones.numel()) ** 0.5


def test_shapes_without_axes_and_without_elements():
    assert mask(chance=1.0).item() == 1 and mask(0, 3).shape == (0, 3)


def test_masks_are_independent():
    torch.manual_seed(0)
    first, second = mask(100_000) * 2 - 1, mask(100_000) * 2 - 1
    for a, b in ((first, second), (first[1:], first[:-1]), (first[4:], first[:-4])):
        assert abs((a * b).mean().item()) < 4 / 100_000**0.5


@pytest.mark.parametrize("name", DROPS)
def test_a_seed_and_a_state_bring_the_masks_back_and_nothing_crosses(name, count_transfers):
    x = torch.rand(16, 8, 5).to("cuda") + 1
    torch.manual_seed(3)
    states = [(cuda.get_rng_state(), torch.get_rng_state(), first := DROPS[name](x)), DROPS[name](x)]
    assert not torch.equal(first, states[1])
    torch.manual_seed(3)
    assert torch.equal(DROPS[name](x), first)
    of_gpu, of_cpu, _ = states[0]
    cuda.set_rng_state(of_gpu)
    torch.set_rng_state(of_cpu)
    if name == "LSTM":
        return  # its weights are drawn on the CPU
    with count_transfers() as transfers:
        again = DROPS[name](x)
    assert (transfers.to_host, transfers.to_device) == (0, 0)
    assert torch.equal(again, first)


def test_the_cpus_generator_stays_where_it_is():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    F.dropout(torch.ones(100, device="cuda"))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_checkpoint_draws_the_same_masks_again():
    found = []
    for run in (lambda f, x: f(x), lambda f, x: checkpoint(f, x, use_reentrant=False)):
        torch.manual_seed(1)
        x = torch.ones(50, device="cuda", requires_grad=True)
        y = run(lambda x: F.dropout(x * x), x)
        y.sum().backward()
        found.append((y.tolist(), x.grad.tolist(), F.dropout(torch.ones(50, device="cuda")).tolist()))
    assert found[0] == found[1]


def test_fork_rng_keeps_the_masks_apart():
    x = torch.ones(50, device="cuda")
    torch.manual_seed(1)
    expected = F.dropout(x).tolist()
    torch.manual_seed(1)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        F.dropout(x)
    assert F.dropout(x).tolist() == expected


# ---- torch.cuda


@pytest.mark.parametrize("seed", [cuda.manual_seed, cuda.manual_seed_all])
def test_seeds_of_the_gpu(seed):
    x, found = torch.ones(50, device="cuda"), []
    for _ in range(2):
        seed(7)
        assert cuda.initial_seed() == 7
        found.append((F.dropout(x).tolist(), torch.rand(3, device="cuda").tolist()))
    seed(-1)
    assert cuda.initial_seed() == 2**64 - 1
    assert found[0] == found[1] and F.dropout(x).tolist() != found[0][0]


@pytest.mark.parametrize("seed", [cuda.seed, cuda.seed_all, torch.seed])
def test_a_seed_that_the_system_draws(seed):
    torch.manual_seed(7)
    seed()
    first = cuda.initial_seed()
    seed()
    assert len({7, first, cuda.initial_seed()}) == 3


def test_a_state_has_pytorchs_layout_and_is_of_both_sources():
    torch.manual_seed(5)
    x = torch.ones(50, device="cuda")
    F.dropout(x)
    state = cuda.get_rng_state()
    assert state.dtype == torch.uint8 and state.device.type == "cpu" and state.shape == (5072,)
    assert state[:16].numpy().view(np.uint64).tolist() == [5, 4]
    ahead = F.dropout(x).tolist(), torch.rand(3, device="cuda").tolist()
    cuda.set_rng_state(state)
    assert (F.dropout(x).tolist(), torch.rand(3, device="cuda").tolist()) == ahead
    cuda.set_rng_state(state[:16])  # what PyTorch itself saves
    assert F.dropout(x).tolist() == ahead[0]
    cuda.set_rng_state_all(cuda.get_rng_state_all()[:1])
    assert len(cuda.get_rng_state_all()) == cuda.device_count()


def test_what_is_no_state_is_refused():
    with pytest.raises(TypeError, match="must be a torch.ByteTensor"):
        cuda.set_rng_state(torch.zeros(16))
    with pytest.raises(RuntimeError, match="wrong size: 7 bytes"):
        cuda.set_rng_state(torch.zeros(7, dtype=torch.uint8))
    with pytest.raises(RuntimeError, match="multiple of 4"):
        cuda.set_rng_state(torch.ones(16, dtype=torch.uint8))
    with pytest.raises(ValueError, match="Expected a cuda device"):
        cuda.get_rng_state("cpu")
