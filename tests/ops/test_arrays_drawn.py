"""Drawn shapes, indices and equations, beside NumPy where it answers as PyTorch does."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import edutorch as torch

SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=4)
drawn = settings(max_examples=60, deadline=None)


def numbered(shape):
    """An array whose elements all differ."""
    return np.arange(float(np.prod(shape))).reshape(shape)


def check_view_and_gradient(array, index):
    """x[index] is NumPy's array[index], and its gradient counts how often each element was taken."""
    x = torch.tensor(array, requires_grad=True)
    y = x[index]
    expected = array[index]
    assert tuple(y.shape) == expected.shape
    np.testing.assert_array_equal(y.detach().numpy(), expected)
    y.sum().backward()
    taken = np.zeros(array.shape)
    np.add.at(taken, index, 1)
    np.testing.assert_array_equal(x.grad.numpy(), taken)


@drawn
@given(st.data(), SHAPES)
def test_basic_indices(data, shape):
    index = data.draw(hnp.basic_indices(shape, allow_newaxis=True))
    items = index if isinstance(index, tuple) else (index,)
    index = tuple(slice(i.start, i.stop, None) if isinstance(i, slice) and (i.step or 1) < 0 else i for i in items)
    check_view_and_gradient(numbered(shape), index)


@drawn
@given(st.data(), hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=4))
def test_arrays_of_positions(data, shape):
    index = data.draw(hnp.integer_array_indices(shape, dtype=np.int64))
    array = numbered(shape)
    tensors = tuple(torch.tensor(places) for places in index)
    x = torch.tensor(array, requires_grad=True)
    y = x[tensors]
    np.testing.assert_array_equal(y.detach().numpy(), array[index])
    y.sum().backward()
    taken = np.zeros(shape)
    np.add.at(taken, index, 1)
    np.testing.assert_array_equal(x.grad.numpy(), taken)


@drawn
@given(st.data(), SHAPES)
def test_masks(data, shape):
    mask = data.draw(hnp.arrays(bool, shape[: data.draw(st.integers(1, len(shape)))]))
    array = numbered(shape)
    x = torch.tensor(array)
    np.testing.assert_array_equal(x[torch.tensor(mask)].numpy(), array[mask])
    x[torch.tensor(mask)] = -1.0
    array[mask] = -1
    np.testing.assert_array_equal(x.numpy(), array)


@drawn
@given(st.data(), SHAPES)
def test_assignment_changes_that_part_alone(data, shape):
    index = data.draw(hnp.basic_indices(shape, allow_newaxis=False))
    items = index if isinstance(index, tuple) else (index,)
    index = tuple(slice(i.start, i.stop, None) if isinstance(i, slice) and (i.step or 1) < 0 else i for i in items)
    array = numbered(shape)
    x = torch.tensor(array)
    x[index] = torch.tensor(array[index]) * 2
    array[index] *= 2
    np.testing.assert_array_equal(x.numpy(), array)


@drawn
@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4))
def test_broadcasting_and_its_gradient(shapes):
    a, b = (torch.ones(shape, dtype=torch.float64, requires_grad=True) for shape in shapes.input_shapes)
    for both in (a * b, sum(torch.broadcast_tensors(a, b))):
        assert tuple(both.shape) == shapes.result_shape
        for x, gradient in zip((a, b), torch.autograd.grad(both.sum(), (a, b)), strict=True):
            times = np.prod(shapes.result_shape) / max(np.prod(x.shape), 1)
            np.testing.assert_array_equal(gradient.numpy(), np.full(x.shape, times))


@drawn
@given(st.data(), SHAPES)
def test_views_in_any_order_are_numpys(data, shape):
    array = numbered(shape)
    x = torch.tensor(array)
    for _ in range(data.draw(st.integers(1, 4))):
        kind = data.draw(st.sampled_from(["permute", "flatten", "unsqueeze", "flip", "roll", "squeeze"]))
        d = data.draw(st.integers(0, max(array.ndim - 1, 0)))
        if kind == "permute":
            order = data.draw(st.permutations(range(array.ndim)))
            x, array = x.permute(order), array.transpose(order)
        elif kind == "flatten" and array.ndim:
            x, array = x.flatten(d), array.reshape(*array.shape[:d], int(np.prod(array.shape[d:])))
        elif kind == "unsqueeze":
            x, array = x.unsqueeze(d), np.expand_dims(array, d)
        elif kind == "squeeze":
            x, array = x.squeeze(), array.squeeze()
        elif kind == "flip" and array.ndim:
            x, array = x.flip(d), np.flip(array, d)
        elif kind == "roll" and array.ndim:
            x, array = x.roll(3, d), np.roll(array, 3, d)
    assert tuple(x.shape) == array.shape
    np.testing.assert_array_equal(x.numpy(), array)


@drawn
@given(st.data(), hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=5))
def test_pieces_put_together_again(data, shape):
    d = data.draw(st.integers(0, len(shape) - 1))
    x = torch.tensor(numbered(shape))
    n = data.draw(st.integers(1, 6))
    pieces = [x.split(n, d), x.chunk(n, d), x.tensor_split(n, d)]
    assert all(torch.equal(torch.cat(each, d), x) for each in pieces)
    assert torch.equal(torch.stack(x.unbind(d), d), x)
    sizes = [len(each) for each in np.array_split(np.arange(shape[d]), n)]
    assert [each.shape[d] for each in x.tensor_split(n, d)] == sizes


@drawn
@given(hnp.arrays(np.int64, hnp.array_shapes(max_dims=2, max_side=6), elements=st.integers(-3, 3)), st.booleans())
def test_sort_is_stable_both_ways(array, descending):
    x = torch.tensor(array)
    values, indices = x.sort(-1, descending=descending, stable=True)
    order = np.argsort(-array if descending else array, -1, kind="stable")
    np.testing.assert_array_equal(indices.numpy(), order)
    np.testing.assert_array_equal(values.numpy(), np.take_along_axis(array, order, -1))


@drawn
@given(st.data())
def test_einsum_is_numpys(data):
    sizes = {letter: data.draw(st.integers(1, 3)) for letter in "ijkl"}
    terms = data.draw(st.lists(st.text("ijkl", min_size=1, max_size=3), min_size=1, max_size=3))
    letters = sorted(set("".join(terms)))
    output = data.draw(st.permutations(data.draw(st.lists(st.sampled_from(letters), unique=True))))
    equation = f"{','.join(terms)}->{''.join(output)}"
    arrays = [np.random.RandomState(i).rand(*(sizes[n] for n in term)) for i, term in enumerate(terms)]
    tensors = [torch.tensor(each, requires_grad=True) for each in arrays]
    result = torch.einsum(equation, *tensors)
    np.testing.assert_allclose(result.detach().numpy(), np.einsum(equation, *arrays), atol=1e-12)
    result.sum().backward()
    for x, gradient in zip(tensors, einsum_gradients(terms, arrays), strict=True):
        np.testing.assert_allclose(x.grad.numpy(), gradient, atol=1e-12)


def einsum_gradients(terms, arrays):
    """Of the sum of all elements, which is linear in each operand: one unit at a time."""
    for number, array in enumerate(arrays):
        gradient = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            unit = np.zeros(array.shape)
            unit[place] = 1
            operands = [unit if i == number else each for i, each in enumerate(arrays)]
            gradient[place] = np.einsum(",".join(terms) + "->", *operands)
        yield gradient
