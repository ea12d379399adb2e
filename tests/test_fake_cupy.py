"""The stand-in for CuPy refuses what CuPy refuses, returns what it returns, counts transfers.

What is refused and returned was read in CuPy's source (cupy/_core/core.pyx, _kernel.pyx,
_routines_indexing.pyx). With a GPU the same tests run over CuPy, less the counting.
"""

import copy
import math
import pickle

import cupy as cp
import cupyx.scipy.special as special
import numpy as np
import pytest

STAND_IN = hasattr(cp, "_transfers")
only_stand_in = pytest.mark.skipif(not STAND_IN, reason="the stand-in's own figures; here is CuPy")


@pytest.fixture
def x():
    return cp.arange(6, dtype=cp.float32).reshape(2, 3)


# Nothing converts by itself


@pytest.mark.parametrize("convert", [np.asarray, np.array, np.float64, lambda x: np.array([x[0, 0], 1.0])])
def test_implicit_conversion_is_refused(x, convert):
    with pytest.raises(TypeError, match="Implicit conversion to a NumPy array is not allowed"):
        convert(x)


@pytest.mark.parametrize(
    "mixed",
    [
        lambda x, n: x + n,
        lambda x, n: n + x,
        lambda x, n: x == n,
        lambda x, n: cp.exp(n),
        lambda x, n: np.maximum(x, n),
        lambda x, n: cp.where(x > 0, x, n),
        lambda x, n: x.__iadd__(n),
        lambda x, n: cp.clip(x, n, n),
    ],
)
def test_numpy_arrays_are_no_operands(x, mixed):
    with pytest.raises(TypeError, match="Unsupported type <class 'numpy.ndarray'>"):
        mixed(x, np.ones((2, 3), np.float32))


def test_numpy_arrays_are_not_joined(x):
    for join in (cp.concatenate, cp.stack):
        with pytest.raises(TypeError):
            join([x, np.ones((2, 3), np.float32)])


def test_a_list_is_no_operand(x):
    with pytest.raises(TypeError, match="Unsupported type <class 'list'>"):
        cp.add(x, [1, 2, 3])


def test_an_array_is_no_index_and_no_key(x):
    with pytest.raises(TypeError):
        range(cp.array(3))
    with pytest.raises(TypeError):
        hash(x)


@pytest.mark.parametrize("dtype", [object, "U3", "longdouble", "datetime64[s]", ">f4"])
def test_dtypes_a_device_lacks(dtype):
    with pytest.raises(ValueError, match="Unsupported dtype"):
        cp.zeros(3, dtype=dtype)


def test_text_and_objects_are_refused():
    for value in (["a"], [None, 1]):
        with pytest.raises(ValueError, match="Unsupported dtype"):
            cp.array(value)


# Results


def test_reductions_and_elements_are_0d_arrays(x):
    for result in (
        x.sum(),
        x[0, 1],
        cp.max(x),
        x.argmax(),
        cp.linalg.norm(x),
        cp.allclose(x, x),
        cp.count_nonzero(x),
        x.mean() + 1,
    ):
        assert isinstance(result, cp.ndarray) and result.shape == ()
    assert x.sum().dtype == np.float32 and x.argmax().dtype == np.int64


def test_an_element_is_a_view(x):
    element = x[0, 1]
    element[...] = 9
    assert float(x[0, 1]) == 9


def test_scalars_promote_as_numpys(x):
    assert (x * 2.5).dtype == np.float32
    assert (np.float64(2) * x).dtype == np.float64
    assert (x + cp.array(1.0)).dtype == np.float64
    assert (cp.arange(3) / 2).dtype == np.float64


def test_operators(x):
    host = x.get()
    np.testing.assert_array_equal((2 - x).get(), 2 - host)
    np.testing.assert_array_equal((x**2 / 4 + -x // 2).get(), host**2 / 4 + -host // 2)
    np.testing.assert_array_equal((x @ x.T).get(), host @ host.T)
    np.testing.assert_array_equal(((x > 1) & ~(x >= 4)).get(), (host > 1) & ~(host >= 4))
    np.testing.assert_array_equal((x == None).get(), np.zeros((2, 3), bool))  # noqa: E711
    other = x
    other *= 3
    assert other is x
    np.testing.assert_array_equal(x.get(), host * 3)


def test_floats_are_divided_before_they_are_rounded():
    x, y = cp.array([1.0, 5.0]), cp.array([0.1, math.inf])
    assert (x // y).tolist() == [10, 0] and float((x % y)[0]) == pytest.approx(0, abs=1e-15)
    assert math.isnan(float((x % y)[1])) and cp.fmod(x, y).tolist() == [math.fmod(1, 0.1), 5]


def test_integers_take_negative_powers():
    assert (cp.array([2, 1, -1]) ** cp.array([-1, -2, -3])).tolist() == [0, 1, -1]


def test_no_floating_point_warning(x):
    with np.errstate(all="raise"):
        assert math.isnan(float((x / 0)[0, 0])) and math.isinf(float(cp.log(x)[0, 0]))


def test_numpys_functions_run_on_the_device(x):
    assert isinstance(np.exp(x), cp.ndarray)
    assert isinstance(np.concatenate([x, x]), cp.ndarray)
    with pytest.raises(TypeError):
        np.vecdot(x, x)


# Ufuncs know three keywords, and few methods


@pytest.mark.parametrize("keyword", [{"where": True}, {"order": "C"}, {"subok": False}])
def test_ufuncs_refuse_numpys_keywords(x, keyword):
    with pytest.raises(TypeError, match="Wrong arguments"):
        cp.add(x, 1, **keyword)


def test_ufunc_out_must_be_a_device_array_of_the_kind(x):
    out = cp.empty_like(x)
    assert cp.add(x, 1, out=out) is out and cp.add(x, 1, out) is out
    with pytest.raises(TypeError):
        cp.add(x, 1, out=np.empty((2, 3), np.float32))
    with pytest.raises(TypeError):
        cp.add(x, 1.5, out=cp.empty((2, 3), np.int32))
    with pytest.raises(ValueError):
        cp.add(x, 1, out=cp.empty((3, 3), np.float32))


def test_ufunc_methods(x):
    np.testing.assert_array_equal(cp.add.reduce(x).get(), [3, 5, 7])
    outer = cp.multiply.outer(x[0], x[1])
    np.testing.assert_array_equal(outer.get(), np.outer([0, 1, 2], [3, 4, 5]))
    for missing in (cp.maximum.reduce, cp.logical_and.reduce, cp.maximum.accumulate):
        with pytest.raises(NotImplementedError, match="is not supported yet"):
            missing(x)


def test_scatter(x):
    cp.add.at(x, (cp.array([0, 0]), cp.array([1, 1])), 1)
    assert float(x[0, 1]) == 3
    cp.maximum.at(x, cp.array([1]), cp.full((3,), 4, cp.float32))
    np.testing.assert_array_equal(x[1].get(), [4, 4, 5])
    with pytest.raises(TypeError, match=r"cupy.subtract.at only supports int32, uint32"):
        cp.subtract.at(x, cp.array([0]), 1)
    with pytest.raises(NotImplementedError):
        cp.multiply.at(x, cp.array([0]), 2)


# Indexing


def test_index_arrays_wrap_around_and_integers_do_not(x):
    np.testing.assert_array_equal(x[cp.array([2, -1])].get(), x.get()[[0, 1]])
    np.testing.assert_array_equal(cp.take(x, cp.array([7])).get(), [1])
    np.testing.assert_array_equal(x[..., [4]].get(), x.get()[..., [1]])
    with pytest.raises(IndexError):
        x[2]
    with pytest.raises(IndexError, match="too many indices for array"):
        x[0, 0, 0]
    with pytest.raises(IndexError, match="must be of integer or boolean type"):
        x[cp.array([0.5])]


def test_basic_indices_view_and_arrays_copy(x):
    x[0][...] = 7
    x[cp.array([1])][...] = 8
    np.testing.assert_array_equal(x.get(), [[7, 7, 7], [3, 4, 5]])


def test_a_view_names_the_owner_of_its_memory():
    x = cp.zeros((2, 3))
    assert x.base is None and x.copy().base is None and (x + 1).base is None
    for view in (x[0], x.T, x.reshape(-1), x[0][1:], cp.broadcast_to(x, (4, 2, 3))):
        assert view.base is x
    assert x[cp.array([0])].base is not x


def test_assignment(x):
    x[:, 0] = 1
    x[0] = cp.array([5, 6, 7])
    x[x > 6] = 0
    np.testing.assert_array_equal(x.get(), [[5, 6, 0], [1, 4, 5]])
    for host_value in (np.ones(3), [1.0, 2.0, 3.0]):
        with pytest.raises(ValueError, match="cannot be used for fill"):
            x[0] = host_value


# Functions that differ


def test_where_wants_an_array_condition(x):
    np.testing.assert_array_equal(cp.where(x > 2, x, 0).get(), [[0, 0, 0], [3, 4, 5]])
    with pytest.raises((TypeError, AttributeError)):
        cp.where(True, x, x)
    with pytest.raises(ValueError, match="both 'x' and 'y' or neither"):
        cp.where(x > 2, x)


def test_sorting_kinds(x):
    assert cp.argsort(x, kind="stable").dtype == np.int64
    with pytest.raises(ValueError, match="kind can only be None or 'stable'"):
        cp.sort(x, kind="mergesort")


@only_stand_in
def test_unique_knows_no_axis(x):
    with pytest.raises(NotImplementedError, match="misplaces slices with nan"):
        cp.unique(x, axis=0)


def test_solve_broadcasts_no_batch():
    a, b = cp.eye(2)[None], cp.ones((3, 2, 1))
    with pytest.raises(ValueError, match=r"b must have \(\.\.\., M, K\)"):
        cp.linalg.solve(a, b)
    assert cp.linalg.solve(cp.broadcast_to(a, (3, 2, 2)), b).shape == (3, 2, 1)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_lexsort_takes_nan_for_the_largest_and_is_stable(dtype):
    keys = cp.array([[0, 1, 2, 3, 4], [math.nan, math.inf, 0, math.nan, -math.inf]], dtype=dtype)
    assert cp.lexsort(keys).tolist() == [4, 2, 1, 0, 3]
    assert cp.lexsort(keys[:, ::2][::-1]).tolist() == [0, 1, 2]


def test_negative_numbers_turn_large_as_unsigned(x):
    assert int((x.astype(np.int64) - 1).astype(np.uint64).max()) == 2**64 - 1


def test_einsum_has_no_out(x):
    np.testing.assert_allclose(cp.einsum("ij,kj->ik", x, x).get(), x.get() @ x.get().T)
    with pytest.raises(TypeError, match="Did not understand the following kwargs"):
        cp.einsum("ij->i", x, out=cp.empty(2))


def test_keywords_of_reductions_are_cupys(x):
    for keyword in ({"where": x > 1}, {"initial": 0}):
        with pytest.raises(TypeError):
            cp.sum(x, **keyword)


def test_windows(x):
    windows = cp.lib.stride_tricks.sliding_window_view(x, (2, 2), (0, 1))
    assert windows.shape == (1, 2, 2, 2)
    np.testing.assert_array_equal(windows[0, 1].get(), [[1, 2], [4, 5]])


@only_stand_in
def test_uninitialized_memory_shows():
    assert np.isnan(cp.empty(2).get()).all() and np.isnan(cp.empty_like(cp.ones(2)).get()).all()


@pytest.mark.parametrize("value", [1e-30, 1e-8, 0.1, 0.5, -0.9, 0.999999, 1 - 1e-12])
def test_erfinv_inverts_erf(value):
    y = special.erfinv(cp.array([value]))
    assert float(special.erf(y)[0]) == pytest.approx(value, rel=1e-14)


def test_special_dtypes(x):
    assert special.erf(x).dtype == np.float32
    assert special.erf(x.astype(np.float16)).dtype == np.float64
    assert special.erfinv(cp.array([0.0, 1, -1])).tolist() == [0, math.inf, -math.inf]


# Copies keep to the device; transfers are counted


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_are_their_own(x, duplicate):
    other = duplicate(x)
    other += 1
    assert isinstance(other, cp.ndarray) and float(x[0, 0]) == 0 and float(other[0, 0]) == 1


@pytest.mark.parametrize(
    "work",
    [
        lambda x: (x @ x.T + 1).sum() * cp.exp(x),
        lambda x: cp.stack([x, x])[:, 1, ::2].reshape(-1).astype(cp.float64),
        lambda x: cp.zeros(3) + cp.full((3,), 2.5) + cp.arange(3) + cp.array(1.0),
        lambda x: x.__setitem__(x > 1, 0),
        lambda x: cp.array([x[0, 0], x[1, 1]]),
        lambda x: cp.take(x, cp.argsort(x, axis=1)[:, 0], axis=0),
    ],
)
def test_work_on_the_device_transfers_nothing(x, work, count_transfers):
    with count_transfers() as transfers:
        work(x)
    assert (transfers.to_host, transfers.to_device) == (0, 0)


@pytest.mark.parametrize(
    "look",
    [
        cp.asnumpy,
        lambda x: x.get(),
        lambda x: x[0, 0].item(),
        lambda x: float(x[0, 0]),
        repr,
        lambda x: bool(x[0, 0]),
        lambda x: x.tolist(),
        lambda x: x[x > 1],
        lambda x: cp.nonzero(x),
        lambda x: cp.unique(x),
        lambda x: f"{x[0, 0]:.2f}",
        lambda x: 1.0 in x[0, :2],
    ],
)
def test_looking_is_counted(x, look, count_transfers):
    with count_transfers() as transfers:
        look(x)
    assert transfers.to_host >= 1 and transfers.bytes_to_host > 0


@pytest.mark.parametrize(
    "send",
    [
        lambda x: cp.asarray(np.ones(3)),
        lambda x: cp.array([1, 2]),
        lambda x: x[[0, 1]],
        lambda x: x[np.array([1])],
        lambda x: x.set(np.ones((2, 3), np.float32)),
    ],
)
def test_sending_is_counted(x, send, count_transfers):
    with count_transfers() as transfers:
        send(x)
    assert transfers.to_device == 1 and transfers.bytes_to_device > 0


# The device


def test_device():
    assert cp.cuda.runtime.getDeviceCount() >= 1
    assert isinstance(cp.cuda.runtime.getDeviceProperties(0)["name"], bytes)
    with cp.cuda.Device(0) as device:
        assert device.id == 0 and cp.zeros(1).device == device
    free, total = device.mem_info
    assert 0 < free <= total
    with pytest.raises(cp.cuda.runtime.CUDARuntimeError, match="cudaErrorInvalidDevice"):
        cp.cuda.Device(99).use()


def test_streams_and_events():
    start, end = cp.cuda.Event(), cp.cuda.Event()
    with cp.cuda.Stream() as stream:
        start.record(stream)
        cp.ones(3) + 1
        end.record(stream)
    stream.synchronize()
    end.synchronize()
    assert cp.cuda.get_elapsed_time(start, end) >= 0


def test_memory_pool():
    pool = cp.get_default_memory_pool()
    before = pool.used_bytes()
    x = cp.zeros(1000, dtype=cp.float32)
    view = x[10:]
    assert pool.used_bytes() - before == 4096  # 4,000 bytes in units of 512; a view costs nothing
    del x
    assert pool.used_bytes() - before == 4096 and view.size == 990
    del view
    assert pool.used_bytes() == before and pool.total_bytes() >= before + 4096
    pool.free_all_blocks()
    assert pool.free_bytes() == 0 or not STAND_IN
