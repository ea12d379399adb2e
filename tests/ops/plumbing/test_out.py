"""out= writes a result into a tensor that is there already."""

import warnings

import pytest

import edutorch as torch

CALLS = {
    "add": lambda x, out: torch.add(x, x, out=out),
    "matmul": lambda x, out: torch.matmul(x, x, out=out),
    "mm": lambda x, out: torch.mm(x, x, out=out),
    "cat": lambda x, out: torch.cat([x[:1], x[1:]], out=out),
    "stack": lambda x, out: torch.stack([x[0], x[1]], out=out),
}


@pytest.mark.parametrize("name", CALLS)
def test_out(name, device):
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], device=device)
    out = torch.zeros(2, 2, device=device)
    memory = out.data_ptr()
    assert CALLS[name](x, out) is out and out.data_ptr() == memory
    assert out.tolist() == CALLS[name](x, None).tolist()
    with pytest.raises(RuntimeError, match="out=.*don't support automatic differentiation"):
        CALLS[name](x.requires_grad_(), out)


UNARY = """
    acos asin atan atanh ceil cos deg2rad digamma erf erfc erfinv exp exp2 expm1 floor frac lgamma log log10 log1p log2
    logical_not logit nan_to_num neg rad2deg reciprocal round rsqrt sigmoid sign signbit sin sinc sinh sqrt square tan
    tanh trunc cosh asinh abs isposinf isneginf msort tril triu diag sum mean prod nansum nanmean all any amax amin
    argmax argmin std var norm inverse histc acosh
""".split()
BINARY = """
    add sub mul div atan2 eq ne lt le gt ge fmod remainder floor_divide float_power pow maximum minimum fmax fmin hypot
    logaddexp logical_and logical_or logical_xor xlogy copysign heaviside clamp_min clamp_max inner kron matmul mm
""".split()
OTHERS = {
    "bitwise_and": lambda x, out: torch.bitwise_and(x.long(), 1, out=out),
    "bitwise_or": lambda x, out: torch.bitwise_or(x.long(), 1, out=out),
    "bitwise_xor": lambda x, out: torch.bitwise_xor(x.long(), 1, out=out),
    "bitwise_not": lambda x, out: torch.bitwise_not(x.long(), out=out),
    "bitwise_left_shift": lambda x, out: torch.bitwise_left_shift(x.long(), 1, out=out),
    "gcd": lambda x, out: torch.gcd(x.long(), x.long() + 2, out=out),
    "where": lambda x, out: torch.where(x > 0.4, x, -x, out=out),
    "clamp": lambda x, out: torch.clamp(x, 0.2, 0.5, out=out),
    "cumsum": lambda x, out: torch.cumsum(x, 0, out=out),
    "cumprod": lambda x, out: torch.cumprod(x, 1, out=out),
    "logcumsumexp": lambda x, out: torch.logcumsumexp(x, 1, out=out),
    "diff": lambda x, out: torch.diff(x, out=out),
    "sum of a row": lambda x, out: torch.sum(x, 1, keepdim=True, out=out),
    "max of all": lambda x, out: torch.max(x, out=out),
    "max of two": lambda x, out: torch.max(x, 1 - x, out=out),
    "logsumexp": lambda x, out: torch.logsumexp(x, 1, out=out),
    "softmax": lambda x, out: torch.softmax(x, 1, out=out),
    "gather": lambda x, out: torch.gather(x, 1, (x > 0.5).long(), out=out),
    "index_select": lambda x, out: torch.index_select(x, 0, x.long()[0] + 1, out=out),
    "take": lambda x, out: torch.take(x, (x > 0.5).long(), out=out),
    "masked_select": lambda x, out: torch.masked_select(x, x > 0.4, out=out),
    "searchsorted": lambda x, out: torch.searchsorted(x[0], x, out=out),
    "quantile": lambda x, out: torch.quantile(x, 0.3, out=out),
    "addmm": lambda x, out: torch.addmm(x, x, x, beta=2, out=out),
    "lerp": lambda x, out: torch.lerp(x, x * 2, 0.3, out=out),
    "addcmul": lambda x, out: torch.addcmul(x, x, x, value=2, out=out),
    "hstack": lambda x, out: torch.hstack([x, x], out=out),
    "outer": lambda x, out: torch.outer(x[0], x[1], out=out),
    "dot": lambda x, out: torch.dot(x[0], x[1], out=out),
    "cross": lambda x, out: torch.cross(x.new_ones(3), x.new_tensor([1.0, 2.0, 4.0]), out=out),
    "renorm": lambda x, out: torch.renorm(x, 2, 0, 0.5, out=out),
    "polygamma": lambda x, out: torch.polygamma(2, x, out=out),
    "entr": lambda x, out: torch.special.entr(x, out=out),
    "eye": lambda x, out: torch.eye(3, device=x.device, out=out),
}
SEVERAL = {
    "max": lambda x, out: torch.max(x, 1, out=out),
    "min": lambda x, out: torch.min(x, dim=0, keepdim=True, out=out),
    "sort": lambda x, out: torch.sort(x, dim=0, descending=True, out=out),
    "topk": lambda x, out: torch.topk(x, 1, out=out),
    "kthvalue": lambda x, out: torch.kthvalue(x, 2, out=out),
    "median": lambda x, out: torch.median(x, 1, out=out),
    "mode": lambda x, out: torch.mode(x, out=out),
    "cummax": lambda x, out: torch.cummax(x, 1, out=out),
    "aminmax": lambda x, out: torch.aminmax(x, dim=1, out=out),
    "qr": lambda x, out: torch.qr(x, out=out),
    "histogram": lambda x, out: torch.histogram(x, 3, out=out),
}


def _check_out(call, device):
    x = torch.tensor([[0.9, 0.3], [0.2, 0.6]], device=device)
    expected = call(x, None)
    out = torch.empty_like(expected)
    memory = out.data_ptr()
    assert call(x, out) is out and out.data_ptr() == memory
    assert repr(out) == repr(expected)  # nan too


@pytest.mark.parametrize("name", UNARY)
def test_out_of_functions_of_one_tensor(name, device):
    _check_out(lambda x, out: getattr(torch, name)(x + 1 if name == "acosh" else x, out=out), device)


@pytest.mark.parametrize("name", BINARY)
def test_out_of_functions_of_two_tensors(name, device):
    _check_out(lambda x, out: getattr(torch, name)(x, x.t() + 0.1, out=out), device)


@pytest.mark.parametrize("name", OTHERS)
def test_out_of_other_functions(name, device):
    _check_out(OTHERS[name], device)


@pytest.mark.parametrize("name", SEVERAL)
def test_out_of_functions_with_several_results(name, device):
    x = torch.tensor([[0.9, 0.3], [0.2, 0.6]], device=device)
    expected = SEVERAL[name](x, None)
    out = tuple(torch.empty_like(each) for each in expected)
    found = SEVERAL[name](x, out)
    assert type(found) is type(expected)
    assert all(one is other for one, other in zip(found, out, strict=True))
    assert [each.tolist() for each in out] == [each.tolist() for each in expected]
    with pytest.raises(TypeError, match="must be a tuple of 2 tensors, not of 1"):
        SEVERAL[name](x, out[:1])
    with pytest.raises(TypeError, match="must be a tuple of 2 tensors, not Tensor"):
        SEVERAL[name](x, out[0])
    with pytest.raises(RuntimeError, match="Expected out tensor to have dtype .*, but got torch.float16"):
        SEVERAL[name](x, (out[0], out[1].half()))


def test_a_method_takes_out_too(device):
    x, y = torch.ones(2, device=device), torch.zeros(2, device=device)
    assert x.neg(out=y) is y and y.tolist() == [-1, -1]


def test_out_chooses_the_dtype_of_eye(device):
    out = torch.empty(2, 2, dtype=torch.int64, device=device)
    assert torch.eye(2, device=device, out=out) is out and out.tolist() == [[1, 0], [0, 1]]


def test_out_that_is_the_input(device):
    x = torch.tensor([3.0, 1.0, 2.0], device=device)
    assert torch.neg(x, out=x) is x and x.tolist() == [-3, -1, -2]
    torch.sort(x, out=(x, torch.empty(3, dtype=torch.int64, device=device)))
    assert x.tolist() == [-3, -2, -1]


def test_out_takes_the_shape_of_the_result(device):
    x, out = torch.ones(2, 2, device=device), torch.empty(0, device=device)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert torch.matmul(x, x, out=out) is out and out.tolist() == [[2, 2], [2, 2]]
        torch.randn(3, out=(other := torch.empty(0, device=device)))
    with pytest.warns(UserWarning, match=r"resized since it had shape \[3\]"):
        assert torch.add(x, x, out=other).shape == (2, 2)


def test_out_of_another_dtype_is_refused(device):
    x = torch.ones(2, 2, device=device)
    with pytest.raises(RuntimeError, match="can't be cast"):
        torch.matmul(x, x, out=torch.zeros(2, 2, dtype=torch.int64, device=device))


def test_the_result_is_cast_to_the_dtype_of_out(device):
    x = torch.tensor([1.0, 2.0], device=device)
    assert torch.gt(x, 1, out=torch.empty(2, device=device)).tolist() == [0.0, 1.0]
    assert torch.neg(x, out=torch.empty(2, dtype=torch.float64, device=device)).tolist() == [-1.0, -2.0]
    assert torch.argmax(x, out=torch.empty((), dtype=torch.int32, device=device)).dtype == torch.int32


def test_a_question_has_no_gradient_that_out_could_lose(device):
    x = torch.tensor([1.0, 2.0], device=device, requires_grad=True)
    assert torch.gt(x, 1, out=torch.empty(2, dtype=torch.bool, device=device)).tolist() == [False, True]
    with pytest.raises(RuntimeError, match=r"sort\(\): .*don't support automatic differentiation"):
        torch.sort(x, out=(torch.empty(2, device=device), torch.empty(2, dtype=torch.int64, device=device)))


def test_a_view_of_another_shape_is_refused_as_out(device):
    x, base = torch.ones(2, 2, device=device), torch.zeros(3, 2, device=device)
    with pytest.raises(RuntimeError, match="out= is a view"):
        torch.add(x, x, out=base[0])
    torch.add(x, x, out=base[1:])
    assert base.tolist() == [[0, 0], [2, 2], [2, 2]]


def test_out_under_no_grad_may_require_a_gradient_and_is_noticed_where_it_was_saved(device):
    x = torch.ones(2, device=device, requires_grad=True)
    y = x.exp()
    with torch.no_grad():
        torch.mul(x, 3, out=y)
        torch.mul(x, 2, out=x)
    assert y.tolist() == [3, 3] and x.tolist() == [2, 2] and x.requires_grad and x.is_leaf
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()
    with pytest.raises(TypeError, match="must be Tensor, not list"):
        torch.mul(x, 2, out=[])
