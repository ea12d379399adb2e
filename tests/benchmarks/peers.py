"""Other libraries on the same work: micrograd, HIPS autograd, MyGrad, tinygrad with its JIT and without.

Each function returns one step, as in work.py. What a library lacks (MyGrad has no optimizers for this, HIPS autograd no
layers) is written with its arrays, as its own examples do.
"""

import numpy as np

from .work import BATCH, random_array

MLP = ((784, 128), (128, 64), (64, 10))


def labels_of(batch):
    return np.random.RandomState(1).randint(0, 10, batch)


def he(inputs, outputs, draws):
    return (draws.randn(inputs, outputs) * np.sqrt(2 / inputs)).astype(np.float32)


def micrograd_tiny():
    """The tiny MLP 2-16-16-1, one number at a time."""
    from micrograd.nn import MLP as Network

    model = Network(2, [16, 16, 1])
    x = random_array(1, 2)[0].tolist()

    def step():
        loss = (model(x) - 1.0) ** 2
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.01 * p.grad

    return step


def hips_autograd_mlp():
    """The MLP as a function of its weights, differentiated by autograd.grad."""
    import autograd.numpy as anp
    from autograd import grad
    from autograd.scipy.special import logsumexp

    draws = np.random.RandomState(0)
    weights = [(he(*sizes, draws), np.zeros(sizes[1], np.float32)) for sizes in MLP]
    x, labels = random_array(BATCH, 784), labels_of(BATCH)

    def loss(weights):
        h = x
        for i, (w, b) in enumerate(weights):
            h = anp.dot(h, w) + b
            if i < 2:
                h = anp.maximum(h, 0)
        return anp.mean(logsumexp(h, axis=1) - h[anp.arange(BATCH), labels])

    slope = grad(loss)

    def step():
        for (w, b), (gw, gb) in zip(weights, slope(weights), strict=True):
            w -= 0.01 * gw
            b -= 0.01 * gb

    return step


def mygrad_mlp():
    """The MLP with MyGrad's tensors and SGD by hand."""
    import mygrad
    from mygrad.nnet import relu, softmax_crossentropy

    draws = np.random.RandomState(0)
    weights = [(mygrad.tensor(he(*sizes, draws)), mygrad.tensor(np.zeros(sizes[1], np.float32))) for sizes in MLP]
    x, labels = random_array(BATCH, 784), labels_of(BATCH)

    def step():
        h = x
        for i, (w, b) in enumerate(weights):
            h = mygrad.matmul(h, w) + b
            if i < 2:
                h = relu(h)
        softmax_crossentropy(h, labels).backward()
        for pair in weights:
            for each in pair:
                each.data -= 0.01 * each.grad

    return step


def mygrad_cnn():
    """The CNN's forward and backward pass, SGD for Adam."""
    import mygrad
    from mygrad.nnet import conv_nd, max_pool, relu, softmax_crossentropy

    draws = np.random.RandomState(0)
    shapes = [(32, 1, 3, 3), (64, 32, 3, 3), (3136, 128), (128, 10)]
    weights = [mygrad.tensor((draws.randn(*shape) * 0.05).astype(np.float32)) for shape in shapes]
    biases = [mygrad.tensor(np.zeros(n, np.float32)) for n in (32, 64, 128, 10)]
    x, labels = random_array(BATCH, 1, 28, 28), labels_of(BATCH)

    def step():
        h = x
        for w, b in zip(weights[:2], biases[:2], strict=True):
            h = relu(conv_nd(h, w, stride=1, padding=1) + b.reshape(1, -1, 1, 1))
            h = max_pool(h, (2, 2), 2)
        h = relu(mygrad.matmul(h.reshape(BATCH, -1), weights[2]) + biases[2])
        softmax_crossentropy(mygrad.matmul(h, weights[3]) + biases[3], labels).backward()
        for each in weights + biases:
            each.data -= 0.001 * each.grad

    return step


def tinygrad(network, jit):
    """The MLP with SGD or the CNN with Adam, on the CPU."""
    from tinygrad import Context, Tensor, TinyJit, nn
    from tinygrad.nn.state import get_parameters

    if network == "MLP":
        layers = [nn.Linear(*MLP[0]), Tensor.relu, nn.Linear(*MLP[1]), Tensor.relu, nn.Linear(*MLP[2])]
        x, make_optimizer = Tensor(random_array(BATCH, 784)), nn.optim.SGD
    else:
        layers = [nn.Conv2d(1, 32, 3, padding=1), Tensor.relu, Tensor.max_pool2d]
        layers += [nn.Conv2d(32, 64, 3, padding=1), Tensor.relu, Tensor.max_pool2d]
        layers += [lambda h: h.flatten(1), nn.Linear(3136, 128), Tensor.relu, nn.Linear(128, 10)]
        x, make_optimizer = Tensor(random_array(BATCH, 1, 28, 28)), nn.optim.Adam
    weights = [weight for layer in layers for weight in get_parameters(layer)]
    optimizer = make_optimizer(weights, lr=0.01)
    labels = Tensor(labels_of(BATCH).astype(np.int32))
    x.realize()

    @Context(TRAINING=1)
    def one_step():
        optimizer.zero_grad()
        loss = x.sequential(layers).sparse_categorical_crossentropy(labels).backward()
        optimizer.step()
        return loss.realize()

    run = TinyJit(one_step) if jit else one_step

    def step():
        run().item()

    return step


# (the row of the table, the peer, its step)
PEERS = [
    ("tiny MLP 2-16-16-1, batch 1, SGD", "micrograd", micrograd_tiny),
    ("MLP 784-128-64-10, batch 64, SGD", "HIPS autograd", hips_autograd_mlp),
    ("MLP 784-128-64-10, batch 64, SGD", "MyGrad", mygrad_mlp),
    ("MLP 784-128-64-10, batch 64, SGD", "tinygrad", lambda: tinygrad("MLP", False)),
    ("MLP 784-128-64-10, batch 64, SGD", "tinygrad, JIT", lambda: tinygrad("MLP", True)),
    ("CNN, batch 64, Adam", "MyGrad", mygrad_cnn),
    ("CNN, batch 64, Adam", "tinygrad", lambda: tinygrad("CNN", False)),
    ("CNN, batch 64, Adam", "tinygrad, JIT", lambda: tinygrad("CNN", True)),
]
