"""Random programs of views and in-place changes, as lists of instructions that any library can run.

`random_program(seed)` draws one: two leaves, then some twenty instructions on a growing pool of
tensors. Each instruction is a tuple (name, numbers of tensors in the pool, arguments, how
many tensors it adds to the pool). `Run` executes it
with PyTorch or with a library that claims to be it. Shapes are tracked here, so that drawing needs no
library at all.
"""

import math
import random

import numpy as np

LEAVES = [(2, 3), (4,)]


def leaf_values():
    rng = np.random.default_rng(0)
    return [rng.uniform(0.5, 1.5, shape) for shape in LEAVES]


class Drawer:
    """Draws instructions; `shapes` are those of the pool."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.shapes = list(LEAVES)
        self.program = []

    def add(self, name, numbers, arguments, *shapes):
        self.program.append((name, numbers, arguments, len(shapes)))
        self.shapes.extend(shapes)

    def tensor(self, condition=lambda shape: True):
        # later tensors more often: chains of views of views
        fitting = [i for i, shape in enumerate(self.shapes) if condition(shape)]
        if not fitting:
            return None
        return fitting[int(len(fitting) * math.sqrt(self.random.random()))]

    def view(self):
        i = self.tensor()
        shape = self.shapes[i]
        ndim = len(shape)
        kinds = ["unsqueeze", "reshape", "detach", "alias", "expand"]
        if ndim:
            kinds += ["select", "narrow", "slice", "slice", "chunk", "unbind", "flatten", "split"]
        if ndim > 1:
            kinds += ["transpose", "diagonal", "movedim", "permute"]
        if any(n == 1 for n in shape):
            kinds += ["squeeze"]
        if any(n > 1 for n in shape):
            kinds += ["unfold"]
        kind = self.random.choice(kinds)
        getattr(self, "view_" + kind)(i, shape)

    def view_unsqueeze(self, i, shape):
        if len(shape) > 3:
            return
        d = self.random.randrange(len(shape) + 1)
        self.add("unsqueeze", [i], [d], (*shape[:d], 1, *shape[d:]))

    def view_squeeze(self, i, shape):
        self.add("squeeze", [i], [], tuple(n for n in shape if n != 1))

    def view_reshape(self, i, shape):
        size = math.prod(shape)
        n = self.random.choice([n for n in range(1, size + 1) if size % n == 0] or [0])
        new = (n, size // n) if n else (0,)
        self.add(self.random.choice(["reshape", "view"]), [i], [new], new)

    def view_flatten(self, i, shape):
        self.add("flatten", [i], [], (math.prod(shape),))

    def view_detach(self, i, shape):
        if self.random.random() < 0.3:
            self.add("detach", [i], [], shape)

    def view_alias(self, i, shape):
        self.add("getitem", [i], ["..."], shape)

    def view_expand(self, i, shape):
        if len(shape) < 3:
            self.add("expand", [i], [(2, *shape)], (2, *shape))

    def dim(self, shape):
        return self.random.randrange(len(shape))

    def view_select(self, i, shape):
        d = self.dim(shape)
        if shape[d]:
            self.add("select", [i], [d, self.random.randrange(shape[d])], shape[:d] + shape[d + 1 :])

    def view_narrow(self, i, shape):
        d = self.dim(shape)
        start = self.random.randrange(shape[d] + 1)
        length = self.random.randrange(shape[d] - start + 1)
        self.add("narrow", [i], [d, start, length], (*shape[:d], length, *shape[d + 1 :]))

    def view_slice(self, i, shape):
        start, step = self.random.randrange(3), self.random.randrange(1, 3)
        n = len(range(*slice(start, None, step).indices(shape[0])))
        self.add("slice", [i], [start, step], (n, *shape[1:]))

    def view_chunk(self, i, shape):
        d = self.dim(shape)
        if shape[d] >= 2:
            half = -(-shape[d] // 2)
            sizes = [half, shape[d] - half]
            self.add("chunk", [i], [2, d], *((*shape[:d], n, *shape[d + 1 :]) for n in sizes))

    def view_split(self, i, shape):
        d = self.dim(shape)
        first = self.random.randrange(shape[d] + 1)
        sizes = [first, shape[d] - first]
        self.add("split", [i], [sizes, d], *((*shape[:d], n, *shape[d + 1 :]) for n in sizes))

    def view_unbind(self, i, shape):
        d = self.dim(shape)
        if 0 < shape[d] <= 3:
            self.add("unbind", [i], [d], *[shape[:d] + shape[d + 1 :]] * shape[d])

    def view_transpose(self, i, shape):
        a, b = self.random.sample(range(len(shape)), 2)
        new = list(shape)
        new[a], new[b] = new[b], new[a]
        self.add("transpose", [i], [a, b], tuple(new))

    def view_movedim(self, i, shape):
        rest = list(shape[:-1])
        self.add("movedim", [i], [-1, 0], (shape[-1], *rest))

    def view_permute(self, i, shape):
        order = self.random.sample(range(len(shape)), len(shape))
        self.add("permute", [i], [order], tuple(shape[d] for d in order))

    def view_diagonal(self, i, shape):
        offset = self.random.randrange(-1, 2)
        n, m = shape[0], shape[1]
        length = max(min(n + min(offset, 0), m - max(offset, 0)), 0)
        self.add("diagonal", [i], [offset], (*shape[2:], length))

    def view_unfold(self, i, shape):
        d = self.random.choice([d for d, n in enumerate(shape) if n > 1])
        size, step = self.random.randrange(1, shape[d] + 1), self.random.randrange(1, 3)
        count = (shape[d] - size) // step + 1
        self.add("unfold", [i], [d, size, step], (*shape[:d], count, *shape[d + 1 :], size))

    def pure(self):
        kind = self.random.choice(["sin", "mul", "clone", "clone", "exp", "scale", "scale", "scale", "add", "add"])
        i = self.tensor()
        shape = self.shapes[i]
        if kind in ("mul", "add"):
            j = self.tensor(lambda other: _broadcasts(other, shape))
            self.add(kind, [i, j], [], tuple(np.broadcast_shapes(shape, self.shapes[j])))
        elif kind == "scale":
            self.add("mul_number", [i], [self.number()], shape)
        else:
            self.add(kind, [i], [], shape)

    def number(self):
        return round(self.random.uniform(0.5, 1.5), 2)

    def change(self):
        i = self.tensor()
        shape = self.shapes[i]
        kind = self.random.choice(
            [
                "mul_",
                "add_",
                "add_",
                "sin_",
                "mul_number_",
                "mul_number_",
                "copy_",
                "copy_",
                "fill_",
                "zero_",
                "setitem",
                "setitem",
                "set_rows",
                "masked_fill_",
                "index_add_",
                "fill_tensor_",
            ]
        )
        if kind in ("mul_", "add_", "copy_"):
            j = self.tensor(lambda other: _broadcasts(other, shape, exactly=True))
            if j is not None:
                self.add(kind, [i, j], [])
        elif kind in ("fill_", "mul_number_"):
            self.add(kind, [i], [self.number()])
        elif kind == "fill_tensor_":
            j = self.tensor(lambda other: other == ())
            if j is not None:
                self.add("fill_", [i, j], [])
        elif kind in ("sin_", "zero_"):
            self.add(kind, [i], [])
        elif kind == "masked_fill_":
            self.add(kind, [i], [self.number()])
        elif kind == "index_add_" and shape and shape[0]:
            j = self.tensor(lambda other: len(other) == len(shape) and other[0] and other[1:] == shape[1:])
            if j is not None:
                places = [self.random.randrange(shape[0]) for _ in range(self.shapes[j][0])]
                self.add(kind, [i, j], [places])
        elif kind == "setitem" and shape and shape[0]:
            at = self.random.randrange(shape[0])
            j = self.tensor(lambda other: _broadcasts(other, shape[1:], exactly=True))
            self.add(kind, [i] if j is None else [i, j], [at, self.number()])
        elif kind == "set_rows" and shape and shape[0] > 1:
            j = self.tensor(lambda other: _broadcasts(other, (2, *shape[1:]), exactly=True))
            self.add(kind, [i] if j is None else [i, j], [self.random.sample(range(shape[0]), 2), self.number()])

    def draw(self, length, no_grad):
        while len(self.program) < length:
            before = len(self.program)
            self.random.choice([self.view, self.view, self.pure, self.change, self.change])()
            if no_grad and len(self.program) > before and self.random.random() < 0.1:
                name, *rest = self.program[-1]
                self.program[-1] = ("no_grad " + name, *rest)
        return self.program


def _broadcasts(a, b, exactly=False):
    try:
        return np.broadcast_shapes(a, b) == tuple(b) or (not exactly and math.prod(np.broadcast_shapes(a, b)) < 200)
    except ValueError:
        return False


def random_program(seed, length=14, no_grad=False):
    return Drawer(seed).draw(length, no_grad)


class Run:
    """The program's run in one library. `refused` holds the number and the error of each instruction
    that raised; its results, which later instructions may want, are then missing."""

    def __init__(self, library, program, values=None, skip=(), device="cpu"):
        self.library = library
        self.device = device
        self.refused = {}
        values = leaf_values() if values is None else values
        kind = {"dtype": library.float64, "device": device, "requires_grad": True}
        self.leaves = [library.tensor(v, **kind) for v in values]
        self.pool = [leaf * 1 for leaf in self.leaves]
        for number, instruction in enumerate(program):
            self.execute(number, instruction, number in skip)

    def execute(self, number, instruction, skipped):
        name, numbers, arguments, made = instruction
        quiet = name.startswith("no_grad ")
        name = name.removeprefix("no_grad ")
        operands = [self.pool[i] for i in numbers]
        results = (None,) * made
        if skipped or any(each is None for each in operands):
            self.refused.setdefault(number, None)
        else:
            try:
                if name in CHANGES and len(operands) == 2 and _share_memory(*operands):
                    operands[1] = operands[1].clone()  # else PyTorch's result depends on the order of its loop
                with self.library.no_grad() if quiet else self.library.enable_grad():
                    found = INSTRUCTIONS[name](self.library, *operands, *arguments)
                results = () if name in CHANGES else found if isinstance(found, (tuple, list)) else (found,)
            except (RuntimeError, IndexError) as error:
                self.refused[number] = error
        self.pool.extend(results)

    def loss(self):
        """A weighted sum of all tensors of the pool and of their squares."""
        total = self.leaves[0].sum() * 0
        for i, each in enumerate(self.pool):
            if each is not None:
                total = total + each.sum() * (0.5 + 0.1 * i) + (each * each).sum() * 0.3
        return total

    def gradients(self):
        """What backward gives the leaves; zeros for one it does not reach."""
        self.loss().backward()
        return [
            np.zeros(shape) if leaf.grad is None else leaf.grad.cpu().numpy()
            for leaf, shape in zip(self.leaves, LEAVES, strict=True)
        ]

    def values(self):
        return [None if each is None else each.detach().cpu().numpy() for each in self.pool]


def _share_memory(x, y):
    return x.untyped_storage().data_ptr() == y.untyped_storage().data_ptr()


CHANGES = {
    "mul_",
    "add_",
    "sin_",
    "mul_number_",
    "copy_",
    "fill_",
    "zero_",
    "setitem",
    "set_rows",
    "masked_fill_",
    "index_add_",
}


def _set(library, x, *rest):
    *value, at, number = rest
    x[at if isinstance(at, int) else library.tensor(at, device=x.device)] = value[0] if value else number


INSTRUCTIONS = {
    "unsqueeze": lambda t, x, d: x.unsqueeze(d),
    "squeeze": lambda t, x: x.squeeze(),
    "reshape": lambda t, x, shape: x.reshape(shape),
    "view": lambda t, x, shape: x.view(shape),
    "flatten": lambda t, x: x.flatten(),
    "detach": lambda t, x: x.detach(),
    "getitem": lambda t, x, _: x[...],
    "expand": lambda t, x, shape: x.expand(shape),
    "select": lambda t, x, d, i: x.select(d, i),
    "narrow": lambda t, x, d, start, n: x.narrow(d, start, n),
    "slice": lambda t, x, start, step: x[start::step],
    "chunk": lambda t, x, n, d: x.chunk(n, d),
    "split": lambda t, x, sizes, d: x.split(sizes, d),
    "unbind": lambda t, x, d: x.unbind(d),
    "transpose": lambda t, x, a, b: x.transpose(a, b),
    "movedim": lambda t, x, a, b: x.movedim(a, b),
    "permute": lambda t, x, order: x.permute(order),
    "diagonal": lambda t, x, offset: x.diagonal(offset),
    "unfold": lambda t, x, d, size, step: x.unfold(d, size, step),
    "sin": lambda t, x: x.sin(),
    "square": lambda t, x: x * x,
    "mul": lambda t, x, y: x * y,
    "add": lambda t, x, y: x + y,
    "clone": lambda t, x: x.clone(),
    "exp": lambda t, x: (x * 0.1).exp(),
    "mul_number": lambda t, x, a: x * a,
    "mul_": lambda t, x, y: x.mul_(y),
    "add_": lambda t, x, y: x.add_(y),
    "sin_": lambda t, x: x.sin_(),
    "mul_number_": lambda t, x, a: x.mul_(a),
    "copy_": lambda t, x, y: x.copy_(y),
    "fill_": lambda t, x, a: x.fill_(a),
    "zero_": lambda t, x: x.zero_(),
    "masked_fill_": lambda t, x, a: x.masked_fill_(x.detach() > 1, a),
    "index_add_": lambda t, x, y, places: x.index_add_(0, t.tensor(places, device=x.device), y),
    "setitem": _set,
    "set_rows": _set,
}
