"""The runs that make_optim.py records with PyTorch and tests/optim repeats with edutorch."""

OPTIMIZERS = {
    "SGD": [
        {},
        {"momentum": 0.9},
        {"momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1},
        {"momentum": 0.9, "nesterov": True},
        {"maximize": True},
    ],
    "Adam": [{}, {"amsgrad": True, "weight_decay": 0.1}, {"betas": (0.8, 0.9), "eps": 1e-3, "maximize": True}],
    "AdamW": [{}, {"weight_decay": 0.3, "amsgrad": True}],
    "Adamax": [{}, {"weight_decay": 0.1}],
    "NAdam": [{}, {"weight_decay": 0.1, "momentum_decay": 0.01}, {"weight_decay": 0.1, "decoupled_weight_decay": True}],
    "RAdam": [{}, {"weight_decay": 0.1}, {"betas": (0.9, 0.7)}],
    "RMSprop": [{}, {"momentum": 0.9, "centered": True, "weight_decay": 0.1}],
    "Adagrad": [{}, {"lr_decay": 0.1, "initial_accumulator_value": 0.5}],
    "Adadelta": [{}, {"rho": 0.7, "weight_decay": 0.1}],
    "Rprop": [{}, {"etas": (0.3, 1.4)}],
    "ASGD": [{}, {"t0": 3, "lambd": 0.1}],
}

LBFGS = [
    {"lr": 0.01},
    {"lr": 0.1, "max_iter": 5, "history_size": 3},
    {"line_search_fn": "strong_wolfe"},
    {"line_search_fn": "strong_wolfe", "max_iter": 4, "history_size": 2},
    {"lr": 1e-3, "line_search_fn": "strong_wolfe", "max_eval": 7},
    {"lr": 5, "line_search_fn": "strong_wolfe", "max_iter": 3},
]

SCHEDULES = {
    "StepLR": {"step_size": 3, "gamma": 0.5},
    "MultiStepLR": {"milestones": [2, 5, 5], "gamma": 0.3},
    "ExponentialLR": {"gamma": 0.8},
    "ConstantLR": {"factor": 0.25, "total_iters": 4},
    "LinearLR": {"start_factor": 0.2, "total_iters": 6},
    "PolynomialLR": {"total_iters": 10, "power": 2.0},
    "CosineAnnealingLR": {"T_max": 7, "eta_min": 0.001},
    "CosineAnnealingWarmRestarts": {"T_0": 3, "T_mult": 2},
    "OneCycleLR": {"max_lr": 0.5, "total_steps": 25},
    "CyclicLR": {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "mode": "exp_range", "gamma": 0.95},
    "ReduceLROnPlateau": {"factor": 0.5, "patience": 1, "cooldown": 1},
}
METRICS = [3.0, 2.0, 2.5, 2.2, 2.3, 2.4, 1.9, 2.0, 2.0, 2.0, 2.0]
EPOCHS = 20


def descend(torch, name, options):
    """The parameters after each of eight steps, as lists."""
    start = torch.tensor([[0.5, -1.0], [2.0, 0.3]], dtype=torch.float64)
    p = start.clone().requires_grad_()
    x = torch.tensor([[1.0, 2.0], [-1.0, 0.5], [0.3, 0.7]], dtype=torch.float64)
    optimizer = getattr(torch.optim, name)([p], lr=0.05, **options)
    rows = []
    for _ in range(8):
        optimizer.zero_grad()
        ((x @ p) ** 2).sum().backward()
        optimizer.step()
        rows.append(p.detach().reshape(-1).tolist())
    return rows


def walk_the_valley(torch, options):
    """Rosenbrock's function and a quartic: loss, closure calls and parameters after each of five steps."""
    x = torch.tensor([-1.2, 1.0, 0.4, -0.3], dtype=torch.float64, requires_grad=True)
    w = torch.tensor([[0.5], [-0.7]], dtype=torch.float64, requires_grad=True)
    unused = torch.ones(3, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([x, w, unused], **options)

    def closure():
        optimizer.zero_grad()
        valley = (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
        loss = valley + ((w - 2) ** 4).sum() + (w[:, 0] * x[:2]).sum().sin()
        loss.backward()
        return loss

    rows = []
    for _ in range(5):
        loss = optimizer.step(closure).item()
        calls = optimizer.state[x]["func_evals"]
        rows.append([loss, calls, *x.tolist(), *w.reshape(-1).tolist(), *unused.tolist()])
    return rows


def schedule(torch, name, options):
    """The rate and the momentum of each of two groups over the epochs."""
    a, b = (torch.zeros(2, requires_grad=True) for _ in range(2))
    groups = [{"params": [a]}, {"params": [b], "lr": 0.05}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **options)
    rows = []
    for epoch in range(EPOCHS):
        rows.append([float(g[k]) for g in optimizer.param_groups for k in ("lr", "momentum")])
        optimizer.step()
        if name == "ReduceLROnPlateau":
            scheduler.step(METRICS[epoch % len(METRICS)])
        else:
            scheduler.step()
    return rows
