"""nn.init and nn.utils held against PyTorch: make_init.py runs the cases with PyTorch and writes init.json."""


def case(name, *shape, **options):
    """The numbers that a function of nn.init puts into a tensor of that shape."""

    def run(torch):
        tensor = torch.zeros(*shape)
        assert getattr(torch.nn.init, name)(tensor, **options) is tensor
        return tensor

    return run


INITS = {
    "uniform_": case("uniform_", 3, 4, a=-2.0, b=0.5),
    "normal_": case("normal_", 3, 4, mean=1.0, std=0.1),
    "constant_": case("constant_", 3, val=0.25),
    "ones_": case("ones_", 3),
    "zeros_": case("zeros_", 3),
    "eye_": case("eye_", 3, 4),
    "dirac_": case("dirac_", 4, 2, 3),
    "dirac_ groups": case("dirac_", 6, 2, 3, 2, groups=3),
    "xavier_uniform_": case("xavier_uniform_", 3, 4),
    "xavier_uniform_ of kernels": case("xavier_uniform_", 3, 2, 3, 3, gain=2.0),
    "xavier_normal_": case("xavier_normal_", 3, 7, gain=0.5),
    "kaiming_uniform_": case("kaiming_uniform_", 4, 3, 2),
    "kaiming_uniform_ out": case("kaiming_uniform_", 4, 3, a=0.3, mode="fan_out"),
    "kaiming_normal_": case("kaiming_normal_", 4, 5, nonlinearity="relu"),
    "orthogonal_": case("orthogonal_", 4, 3, gain=2.0),
    "orthogonal_ wide": case("orthogonal_", 2, 3, 2),
    "sparse_": case("sparse_", 5, 4, sparsity=0.4),
    "trunc_normal_": case("trunc_normal_", 5, 5, std=1.5),
    "trunc_normal_ far out": case("trunc_normal_", 5, 5, std=1.0, a=2.5, b=4.0),
    "trunc_normal_ narrow": case("trunc_normal_", 5, 5, mean=0.1, std=10.0, a=-0.2, b=0.3),
}
GAINS = [("linear",), ("conv2d",), ("sigmoid",), ("tanh",), ("relu",), ("selu",), ("leaky_relu",), ("leaky_relu", 0.3)]


def values(torch, name):
    torch.manual_seed(0)
    return INITS[name](torch).tolist()


def gains(torch):
    return [torch.nn.init.calculate_gain(*arguments) for arguments in GAINS]


def clipped(torch, how, **options):
    """What clipping leaves of two gradients, and the norm it gives."""
    parameters = [
        torch.nn.Parameter(torch.zeros(2)),
        torch.nn.Parameter(torch.zeros(3)),
        torch.nn.Parameter(torch.zeros(1)),
    ]
    parameters[0].grad, parameters[1].grad = torch.tensor([3.0, -4.0]), torch.tensor([0.0, 12.0, -1.0])
    result = getattr(torch.nn.utils, how)(parameters, **options)
    return [p.grad.tolist() for p in parameters[:2]] + [None if result is None else float(result)]


CLIPS = {
    "norm": lambda torch: clipped(torch, "clip_grad_norm_", max_norm=2.0),
    "norm that is small": lambda torch: clipped(torch, "clip_grad_norm_", max_norm=200.0),
    "norm inf": lambda torch: clipped(torch, "clip_grad_norm_", max_norm=2.0, norm_type=float("inf")),
    "norm 1": lambda torch: clipped(torch, "clip_grad_norm_", max_norm=2.0, norm_type=1),
    "value": lambda torch: clipped(torch, "clip_grad_value_", clip_value=1.5),
}
