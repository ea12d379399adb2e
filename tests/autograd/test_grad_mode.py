"""no_grad, enable_grad, set_grad_enabled, inference_mode: blocks, decorators, threads."""

import threading

import pytest

import edutorch as torch


def on():
    return torch.is_grad_enabled()


def test_blocks_nest_and_restore_after_an_exception():
    with torch.no_grad():
        assert not on()
        with torch.enable_grad():
            assert on()
        assert not on()
    assert on()
    with pytest.raises(KeyError), torch.no_grad():
        raise KeyError
    assert on()


@pytest.mark.parametrize("decorate", [torch.no_grad(), torch.no_grad, torch.inference_mode(), torch.inference_mode])
def test_decorators(decorate):
    @decorate
    def inside(x):
        """A docstring."""
        return on(), x

    assert inside(3) == (False, 3) and on() and inside.__doc__ == "A docstring."


def test_a_decorated_generator_switches_only_while_it_runs():
    @torch.no_grad()
    def items():
        yield on()
        yield on()

    seen = []
    for inside in items():
        seen.append((inside, on()))
    assert seen == [(False, True), (False, True)]


def test_a_decorated_generator_takes_values_and_exceptions():
    seen = []

    @torch.no_grad()
    def items():
        seen.append((yield 1))
        try:
            yield 2
        except ValueError:
            yield on()
        finally:
            seen.append(on())

    generator = items()
    assert next(generator) == 1 and generator.send("sent") == 2
    assert generator.throw(ValueError()) is False and on()
    generator.close()
    assert seen == ["sent", False] and on()


def test_set_grad_enabled_as_a_call_a_block_and_a_decorator():
    torch.set_grad_enabled(False)
    assert not on()
    torch.set_grad_enabled(True)
    with torch.set_grad_enabled(False):
        assert not on()
    assert on()

    @torch.set_grad_enabled(False)
    def inside():
        return on()

    assert on() and inside() is False and on()
    with pytest.raises(TypeError, match="must be a bool"):
        torch.set_grad_enabled(1)


def test_inference_mode():
    with torch.inference_mode():
        assert torch.is_inference_mode_enabled() and not on()
    with torch.inference_mode(False):
        assert on()
    assert not torch.is_inference_mode_enabled()


def test_inference_mode_off_records_and_enable_grad_inside_does_not():
    x = torch.ones(1, requires_grad=True)
    with torch.no_grad(), torch.inference_mode(False):
        assert (x * 2).requires_grad
    with torch.inference_mode():
        with torch.inference_mode(False):
            assert (x * 2).requires_grad and not torch.is_inference_mode_enabled()
        with torch.enable_grad():
            assert not (x * 2).requires_grad
        with torch.set_grad_enabled(True):
            assert not (x * 2).requires_grad
    assert (x * 2).requires_grad


def test_tensors_made_in_inference_mode_are_as_those_made_under_no_grad():
    x = torch.ones(1, requires_grad=True)
    with torch.inference_mode():
        y = x * 2
    (x * y.add_(1)).backward()
    assert x.grad.tolist() == [3.0]


def test_each_thread_has_its_own_switch():
    seen = []
    with torch.no_grad():
        thread = threading.Thread(target=lambda: seen.append(on()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_results_under_no_grad_require_no_gradient():
    x = torch.ones(2, requires_grad=True)
    with torch.no_grad():
        y = x * 2
    assert not y.requires_grad and y.is_leaf
    with pytest.raises(TypeError, match="no argument"):
        torch.no_grad(5)


def test_variable_is_the_tensor_itself_and_volatile_warns():
    x = torch.ones(2)
    v = torch.autograd.Variable(x, requires_grad=True)
    assert v.requires_grad and v.is_leaf and not x.requires_grad and v.data_ptr() == x.data_ptr()
    assert not torch.autograd.Variable(v * 2).requires_grad
    with pytest.warns(UserWarning, match="volatile was removed.*no_grad"):
        torch.autograd.Variable(x, volatile=True)
