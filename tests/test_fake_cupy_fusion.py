"""cupy.fuse as edutorch/fusion.py uses it: what holds in CuPy and in the stand-in for it."""

import cupy as cp
import numpy as np
import pytest

from edutorch.fusion import fused

STAND_IN = hasattr(cp, "_transfers")
only_stand_in = pytest.mark.skipif(not STAND_IN, reason="the stand-in's own figures; here is CuPy")


@fused
def follow(xp, p, v, g, momentum, rate):
    v *= momentum
    v += g
    p -= v * rate


@fused
def slope(xp, g, x, columns, limit):
    right = (columns == limit) & (x != 0)
    return g * (1 - xp.tanh(x) * 0.5) * right, xp.exp(-x).astype(np.float64)


@fused
def total(xp, x, y):
    return xp.sum(x * y, axis=(0, 2))


@fused
def largest(xp, x, low):
    return xp.max((x.astype(np.int64) - low).astype(np.uint64))


def both(function, *args):
    """What the function gives on the device and on the CPU, and the arguments after it."""
    found = []
    for module in (cp, np):
        given = [module.asarray(arg) if isinstance(arg, np.ndarray) else arg for arg in args]
        result = function(module, *given)
        results = result if isinstance(result, tuple) else (result,)
        found.append([each.get() if isinstance(each, cp.ndarray) else each for each in (*results, *given)])
    return zip(*found, strict=True)


def arrays(*shapes, dtype=np.float32):
    random = np.random.RandomState(0)
    return [random.randn(*shape).astype(dtype) for shape in shapes]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_arguments_change_in_place_and_numbers_do_not_widen(dtype):
    for there, here in both(follow, *arrays((3, 4), (3, 4), (3, 4), dtype=dtype), 0.9, 0.1):
        if here is not None:
            np.testing.assert_allclose(there, here, rtol=4 * np.finfo(dtype).eps, atol=4 * np.finfo(dtype).eps)
            assert np.asarray(there).dtype == np.asarray(here).dtype


def test_operands_broadcast_and_results_have_numpys_dtypes():
    g, x = arrays((3, 1), (3, 4))
    for there, here in both(slope, g, x, np.arange(4), 2):
        np.testing.assert_allclose(there, here, rtol=1e-6)
        assert np.asarray(there).dtype == np.asarray(here).dtype


def test_a_sum_at_the_end():
    for there, here in both(total, *arrays((5, 3, 7), (5, 3, 7))):
        np.testing.assert_allclose(there, here, rtol=1e-5)
    result = total(cp, *map(cp.asarray, arrays((2, 3, 2), (2, 3, 2))))
    assert isinstance(result, cp.ndarray) and result.shape == (3,) and result.dtype == np.float32


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_a_maximum_at_the_end(dtype):
    for low, expected in ((-5, 9), (5, 2**64 - 1)):
        found = largest(cp, cp.array([2, 4], dtype=dtype), low)
        assert found.shape == () and found.dtype == np.uint64 and int(found) == expected


def test_strided_arguments_and_ones_of_no_axes():
    x, y = cp.zeros((4, 4), cp.float32), cp.ones((2, 2), cp.float32)
    follow(cp, x[::2, 1::2], y, cp.array(1.0, dtype=cp.float32), 1.0, 1.0)
    assert x.sum().item() == -8 and x[::2, 1::2].tolist() == [[-2, -2], [-2, -2]]


def test_an_argument_given_back_is_a_copy():
    x = cp.ones(3)
    y = fused(lambda xp, x: x)(cp, x) if STAND_IN else cp.fuse(kernel_name="same")(lambda x: x)(x)
    y += 1
    assert x.tolist() == [1, 1, 1]


def test_a_kernel_has_no_name_of_cs():
    with pytest.raises(Exception, match='more than one instance of overloaded function "remainder" has "C" linkage'):
        cp.fuse(kernel_name="remainder")(lambda x: x * 2)(cp.ones(3))

    def remainder(xp, x):
        return x * 2

    assert fused(remainder)(cp, cp.ones(2)).tolist() == [2, 2]


@only_stand_in
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda xp, x: x[0], TypeError),
        (lambda xp, x: x.reshape(-1), AttributeError),
        (lambda xp, x: x.shape, AttributeError),
        (lambda xp, x: x if x else -x, Exception),
        (lambda xp, x: xp.sum(x, axis=0, keepdims=True), NotImplementedError),
    ],
)
def test_what_no_kernel_could_do_is_refused(wrong, error):
    with pytest.raises(error):
        fused(wrong)(cp, cp.ones(3))


@only_stand_in
def test_two_numbers_do_not_meet():
    for number in (0.5, 3):
        with pytest.raises(TypeError, match="gives float64 or int64: do it outside"):
            fused(lambda xp, x, a: x * (1 - a))(cp, cp.ones(3), number)
    with pytest.raises(TypeError, match="Invalid argument type"):
        fused(lambda xp, x, a: x * a)(cp, cp.ones(3), np.float32(0.5))


@only_stand_in
@pytest.mark.parametrize(
    ("dtype", "number"), [(np.bool_, 2), (np.bool_, 0.5), (np.int8, 0.5), (np.int16, 0.5), (np.int64, 0.5)]
)
def test_a_number_of_a_higher_kind_is_refused(dtype, number):
    """CuPy's fuse gives int8, float16, float16, float32 and float64 here, its operators int64 and float64."""
    for wrong in (lambda xp, x, a: x * a, lambda xp, x, a: xp.where(x == x, x, a)):
        with pytest.raises(TypeError, match="cast the array with astype first"):
            fused(wrong)(cp, cp.ones(3, dtype), number)


@only_stand_in
def test_a_training_step_is_few_kernels(monkeypatch):
    """Forward, backward and Adam of a small CNN: each operator and each fused function is a launch."""
    from cupy._fusion import Fusion

    import edutorch as torch

    launches, depth = [], 0

    def counted(kind, call):
        def counting(self, *args, **kwargs):
            nonlocal depth
            if not depth:
                launches.append(kind)
            depth += 1
            try:
                return call(self, *args, **kwargs)
            finally:
                depth -= 1

        return counting

    nn = torch.nn
    layers = nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 3), nn.GELU()
    model = nn.Sequential(*layers).to("cuda")
    optimizer = torch.optim.Adam(model.parameters())
    images, labels = torch.randn(4, 1, 6, 6).to("cuda"), torch.tensor([0, 1, 2, 0]).to("cuda")
    for kind in (cp.ufunc, Fusion):
        monkeypatch.setattr(kind, "__call__", counted(kind.__name__, kind.__call__))
    for _ in range(2):
        launches.clear()
        nn.CrossEntropyLoss()(model(images), labels).backward()
        optimizer.step()
    assert launches.count("Fusion") >= 2 * len(list(model.parameters()))  # Adam's, and more
    assert launches.count("ufunc") <= 25  # 169 where nothing is fused
