"""The filling methods: where the numbers go, what autograd sees, what is refused.

Which numbers they are is held in test_random.py."""

import numpy as np
import pytest

import edutorch as torch


def test_each_returns_the_tensor_itself_on_its_device(device: str) -> None:
    x = torch.empty(4, device=device)
    for y in (
        x.uniform_(),
        x.normal_(),
        x.log_normal_(),
        x.exponential_(),
        x.cauchy_(),
        x.geometric_(0.5),
        x.bernoulli_(),
        x.bernoulli_(torch.full((4,), 0.5, device=device)),
        x.random_(),
    ):
        assert y is x and x.device.type == device


def test_numbers_go_to_the_elements_in_the_order_of_memory(device: str) -> None:
    torch.manual_seed(0)
    expected = torch.rand(6).tolist()
    torch.manual_seed(0)
    memory = torch.empty(3, 2, device=device)
    memory.t().uniform_()
    assert memory.cpu().reshape(-1).tolist() == expected


def test_a_view_is_filled_and_its_neighbors_are_not(device: str) -> None:
    x = torch.zeros(4, 5, device=device)
    x[1:3, ::2].fill_(7).random_(10, 20)
    changed = x.cpu().numpy() != 0
    assert changed.sum() == 6 and changed[1:3, ::2].all()


def test_p_meets_its_own_element_whatever_the_layout() -> None:
    p = torch.tensor([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
    assert torch.empty(2, 3).bernoulli_(p).tolist() == p.tolist()
    assert torch.empty(3, 2).t().bernoulli_(p).tolist() == p.tolist()
    assert torch.empty(4, 3).bernoulli_(p[1]).tolist() == [[1.0, 0.0, 1.0]] * 4


def test_bernoulli_with_a_number_compares_a_float64_uniform() -> None:
    torch.manual_seed(9)
    expected = torch.rand(1000, dtype=torch.float64) < 0.3
    torch.manual_seed(9)
    assert torch.empty(1000).bernoulli_(0.3).tolist() == expected.float().tolist()


def test_the_numbers_have_no_history_and_what_came_before_gets_no_gradient() -> None:
    x = torch.ones(3, requires_grad=True)
    y = x * 2
    y[:2].uniform_()
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 2.0]


def test_a_leaf_that_requires_a_gradient_is_refused_and_allowed_under_no_grad() -> None:
    x = torch.ones(3, requires_grad=True)
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        x.normal_()
    with torch.no_grad():
        x.normal_()
    assert x.tolist() != [1.0, 1.0, 1.0]


def test_backward_notices_that_a_saved_value_was_overwritten() -> None:
    x = torch.ones(3, requires_grad=True)
    y = x.exp()
    z = y * y
    y.detach().uniform_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.sum().backward()


def test_an_expanded_tensor_is_refused() -> None:
    with pytest.raises(RuntimeError, match="clone\\(\\)"):
        torch.empty(1).expand(3).uniform_()


@pytest.mark.parametrize("name", ["uniform_", "normal_", "log_normal_", "exponential_", "cauchy_"])
@pytest.mark.parametrize("dtype", ["int64", "bool", "uint8"])
def test_fractions_need_a_floating_dtype(name: str, dtype: str) -> None:
    x = torch.empty(2, dtype=getattr(torch, dtype))
    with pytest.raises(NotImplementedError, match=f'"{name}" not implemented for torch.{dtype}'):
        getattr(x, name)()


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("uniform_", (2, 1), "found from=2 > to=1"),
        ("uniform_", (0, 1e39), "out of bounds for float32"),
        ("uniform_", (-3e38, 3e38), "out of bounds for float32"),
        ("normal_", (0, -1), "expects std >= 0.0, but found std -1"),
        ("normal_", (0, float("nan")), "found std nan"),
        ("log_normal_", (0, 0), "expects std > 0.0, but found std=0"),
        ("exponential_", (0,), "expects lambda > 0.0, but found lambda=0"),
        ("cauchy_", (0, -2), "expects sigma > 0.0, but found sigma=-2"),
        ("geometric_", (1,), r"expects p to be in \(0, 1\), but got p=1"),
        ("bernoulli_", (1.5,), r"expects p to be in \[0, 1\], but got p=1.5"),
        ("bernoulli_", (float("nan"),), "got p=nan"),
        ("bernoulli_", (torch.tensor([0.5, 1.5]),), r"all elements of p to be in \[0, 1\]"),
        ("random_", (0,), "got from=0 >= to=0"),
        ("random_", (5, 3), "got from=5 >= to=3"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(name, arguments, message) -> None:
    with pytest.raises(RuntimeError, match=message):
        getattr(torch.empty(2), name)(*arguments)


def test_no_dtype_is_filled_beyond_its_range() -> None:
    with pytest.raises(RuntimeError, match="to - 1 is out of bounds for torch.uint8: 256"):
        torch.empty(2, dtype=torch.uint8).random_(257)
    with pytest.raises(RuntimeError, match="from is out of bounds for torch.bool: -1"):
        torch.empty(2, dtype=torch.bool).random_(-1, 1)
    with pytest.raises(RuntimeError, match="to - 1 is out of bounds for torch.float16"):
        torch.empty(2, dtype=torch.float16).random_(0, 70000)
    with pytest.raises(NotImplementedError, match="torch.bool"):
        torch.empty(2, dtype=torch.bool).geometric_(0.5)
    with pytest.raises(TypeError, match=r"\(from, to\)"):
        torch.empty(2).random_(1, 2, 3)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int64", "uint8"])
def test_random_reaches_both_ends(dtype: str) -> None:
    x = torch.empty(2000, dtype=getattr(torch, dtype)).random_(3, 7)
    assert sorted(set(x.tolist())) == [3, 4, 5, 6]
    top = torch.empty(2000, dtype=getattr(torch, dtype)).random_(100, None)
    largest = np.iinfo(dtype).max if "int" in dtype else 2 ** (np.finfo(dtype).nmant + 1)
    assert 100 <= min(top.tolist()) and max(top.tolist()) <= largest
    assert max(top.tolist()) > 0.9 * largest


def test_whole_numbers_that_a_float16_cannot_hold_stay_below_the_end() -> None:
    # 65503 would round to 65504, which is the end itself
    with pytest.warns(UserWarning, match=r"holds every whole number only within \[-2048, 2048\]"):
        x = torch.empty(20_000, dtype=torch.float16).random_(65_400, 65_504)
    assert max(x.tolist()) < 65_504 and min(x.tolist()) >= 65_400


@pytest.mark.parametrize("name", ["uniform_", "normal_", "random_", "bernoulli_", "exponential_"])
def test_an_empty_tensor_draws_nothing(name: str) -> None:
    torch.manual_seed(0)
    getattr(torch.empty(0, 3), name)()
    assert torch.rand(1).item() == torch.rand(1, generator=torch.Generator().manual_seed(0)).item()


def test_the_numbers_of_a_distribution_may_be_tensors_of_one():
    torch.manual_seed(0)
    expected = torch.empty(3).normal_(100.0, 2.0)
    torch.manual_seed(0)
    found = torch.empty(3).normal_(mean=torch.tensor(100.0), std=torch.tensor(2.0))
    assert found.tolist() == expected.tolist()
    assert torch.empty(2).log_normal_(torch.tensor(0.0), torch.tensor(1.0)).shape == (2,)
