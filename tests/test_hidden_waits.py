"""What belongs to a training loop keeps to the GPU as well: clipping, schedules, metrics, loaders."""

import pytest

import edutorch as torch
from edutorch import nn
from edutorch.utils.data import DataLoader, TensorDataset

F = nn.functional
SCHEDULES = {
    "StepLR": (1,),
    "MultiStepLR": ([2],),
    "LambdaLR": (lambda step: 0.9**step,),
    "ExponentialLR": (0.9,),
    "CosineAnnealingLR": (5,),
    "CosineAnnealingWarmRestarts": (5,),
    "CyclicLR": (0.01, 0.1),
    "OneCycleLR": (0.1, 100),
    "LinearLR": (),
    "PolynomialLR": (5,),
}
METRICS = {
    "accuracy": lambda scores, labels: (scores.argmax(1) == labels).float().mean(),
    "top 2": lambda scores, labels: (scores.topk(2, 1)[1] == labels[:, None]).any(1).sum(),
    "confusions": lambda scores, labels: F.one_hot(labels, 4).T.float() @ F.one_hot(scores.argmax(1), 4).float(),
    "norm of the weights": lambda scores, labels: scores.norm(),
    "Brier score": lambda scores, labels: ((scores.softmax(1) - F.one_hot(labels, 4)) ** 2).sum(1).mean(),
}


class Training:
    """A small network on the GPU, a batch, and an optimizer."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.net = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4)).to("cuda")
        self.x, self.labels = torch.randn(8, 6).to("cuda"), (torch.arange(8) % 4).to("cuda")
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.1, momentum=0.9)

    def backward(self) -> torch.Tensor:
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.net(self.x), self.labels)
        loss.backward()
        return loss.detach()


@pytest.fixture
def training() -> Training:
    return Training()


@pytest.mark.parametrize("norm_type", [2.0, 1.0, "inf"])
def test_clipping_waits_for_nothing(training, norm_type, count_transfers):
    training.backward()
    with count_transfers() as transfers:
        norm = nn.utils.clip_grad_norm_(training.net.parameters(), 0.01, norm_type=norm_type)
        nn.utils.clip_grad_value_(training.net.parameters(), 0.001)
        training.optimizer.step()
    assert (transfers.to_host, transfers.to_device) == (0, 0)
    assert norm.item() > 0.01 and max(p.grad.abs().max().item() for p in training.net.parameters()) <= 0.00101


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_waits_for_nothing(training, name, count_transfers):
    schedule = getattr(torch.optim.lr_scheduler, name)(training.optimizer, *SCHEDULES[name])
    with count_transfers() as transfers:
        for _ in range(3):
            training.backward()
            training.optimizer.step()
            schedule.step()
    assert (transfers.to_host, transfers.to_device) == (0, 0)


def test_a_schedule_that_looks_at_the_loss_waits_once_a_step(training, count_transfers):
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(training.optimizer)
    loss = training.x.mean()
    torch.cuda.synchronize()  # what is to be checked later is checked now
    with count_transfers() as transfers:
        schedule.step(loss)
    assert transfers.to_host == 1


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_waits_only_where_it_is_read(training, name, count_transfers):
    with torch.no_grad():
        scores = training.net(training.x)
        total = METRICS[name](scores, training.labels)
        with count_transfers() as transfers:
            for _ in range(3):
                total = total + METRICS[name](scores, training.labels)
    assert (transfers.to_host, transfers.to_device) == (0, 0)
    assert torch.isfinite(total).all()


@pytest.mark.parametrize("pin_memory", [False, True])
def test_a_loader_sends_each_tensor_once_and_waits_for_nothing(training, pin_memory, count_transfers):
    data = TensorDataset(torch.randn(32, 6), torch.arange(32) % 4)
    loader = DataLoader(data, batch_size=8, shuffle=True, pin_memory=pin_memory)
    total = training.x.sum() * 0
    with count_transfers() as transfers:
        for x, labels in loader:
            training.x, training.labels = (each.to("cuda", non_blocking=True) for each in (x, labels))
            total += training.backward()
            training.optimizer.step()
    assert transfers.to_host == 0 and transfers.to_device == 2 * len(loader)
    assert transfers.bytes_to_device == 32 * (6 * 4 + 8)
    assert torch.isfinite(total)


LENGTHS = torch.tensor([6, 5]), torch.tensor([3, 2])
STEPS = {
    "Embedding by frequency": lambda v: F.embedding(v.i, v.x, scale_grad_by_freq=True),
    "EmbeddingBag sum": lambda v: F.embedding_bag(v.bags, v.x, mode="sum", padding_idx=1),
    "EmbeddingBag mean": lambda v: F.embedding_bag(v.i, v.x, v.offsets, mode="mean", padding_idx=1),
    "EmbeddingBag max": lambda v: F.embedding_bag(v.i, v.x, v.offsets, mode="max", padding_idx=1),
    "one_hot": lambda v: F.one_hot(v.i, 4) @ v.x.long() + v.x,
    "max_unpool": lambda v: F.max_unpool1d(*F.max_pool1d(v.x, 2, return_indices=True), 2),
    "reflected": lambda v: F.pad(v.x[None], (2, 1), "reflect"),
    "replicated": lambda v: F.pad(v.x[None], (2, 1), "replicate"),
    "circular": lambda v: F.pad(v.x[None], (2, 1), "circular"),
    "quantile": lambda v: v.x.quantile(v.q, 1) + v.x.nanquantile(v.q, 1),
    "integer powers": lambda v: v.x * (v.i ** (v.i - 2))[:, None],
    "integers divided": lambda v: v.x * (v.i % v.i.clamp(min=1)).fmod(v.i + 1)[:, None],
    "dropout": lambda v: F.dropout(v.x) + F.alpha_dropout(v.x, training=True),
    "clipped": lambda v: v.x.clamp(v.q.min(), v.q.max()).norm(),
    "gathered": lambda v: v.x.scatter_add(0, v.bags, v.x[:2]).index_select(1, v.i) + v.x.gather(0, v.bags[:1]),
    "loss with weights": lambda v: F.cross_entropy(v.x, v.i, weight=v.q, label_smoothing=0.1, ignore_index=2),
    "nll_loss": lambda v: F.nll_loss(v.x, v.i, reduction="sum"),
    "margins": lambda v: F.multi_margin_loss(v.x, v.i) + F.multilabel_margin_loss(v.x, v.bags[:1].expand(4, 4)),
    "triplets": lambda v: F.triplet_margin_loss(v.x, v.x + 1, v.x * 2),
    "searched": lambda v: v.x * torch.searchsorted(v.q, v.x.detach()) + torch.isin(v.i, v.i[:2]).float(),
    "sorted": lambda v: v.x.sort(0).values + v.x.topk(4).values + v.x.cumsum(1) + v.x.cummax(1).values,
    "a mask": lambda v: torch.where(v.x > 0, v.x, 0).masked_fill(v.x > 2, 3.0),
    "a mask to write": lambda v: v.x.clone().masked_fill_(v.x < 0, 0.0).tril().triu(-1),
}


class Values:
    """Tensors on the GPU that the steps use."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.x = torch.randn(4, 4).to("cuda").requires_grad_()
        self.i, self.bags = torch.tensor([2, 0, 3, 1]).to("cuda"), torch.tensor([[0, 1, 1, 3], [2, 2, 1, 0]]).to("cuda")
        self.offsets, self.q = torch.tensor([0, 1, 1]).to("cuda"), torch.tensor([0.1, 0.25, 0.5, 1.0]).to("cuda")


@pytest.mark.parametrize("name", STEPS)
def test_a_step_waits_for_nothing(name, count_transfers):
    values = Values()
    with count_transfers() as transfers:
        STEPS[name](values).sum().backward()
    assert (transfers.to_host, transfers.to_device) == (0, 0)
    assert torch.isfinite(values.x.grad).all()


NETWORKS = {
    "LSTM": lambda: nn.LSTM(4, 6, num_layers=2, dropout=0.3, bidirectional=True),
    "GRU": lambda: nn.GRU(4, 6, num_layers=2, dropout=0.3),
    "transformer layer": lambda: nn.TransformerEncoderLayer(4, 2, 8, dropout=0.3),
    "attention": lambda: SelfAttention(),
    "norms": lambda: nn.Sequential(nn.BatchNorm1d(5), nn.GroupNorm(5, 5), nn.LayerNorm(4), nn.InstanceNorm1d(5)),
    "convolution": lambda: nn.Sequential(nn.Conv1d(5, 4, 3, padding=1), nn.MaxPool1d(2), nn.Upsample(4), nn.GELU()),
}


class SelfAttention(nn.Module):
    """Attention of a sequence to itself, looking back alone."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.MultiheadAttention(4, 2, dropout=0.3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mask = nn.Transformer.generate_square_subsequent_mask(len(x), device=x.device)
        return self.inner(x, x, x, attn_mask=mask, is_causal=True)[0]


OTHER_OPTIMIZERS = ["SGD", "RMSprop", "Adagrad", "Adadelta", "NAdam", "RAdam", "Adamax", "ASGD", "Rprop"]


@pytest.mark.parametrize(
    ("name", "optimizer"),
    [*((name, "AdamW") for name in NETWORKS), *(("norms", optimizer) for optimizer in OTHER_OPTIMIZERS)],
)
def test_a_network_in_training_waits_for_nothing(name, optimizer, count_transfers):
    torch.manual_seed(0)
    net = NETWORKS[name]().to("cuda")
    descend = getattr(torch.optim, optimizer)(net.parameters())
    x = torch.randn(3, 5, 4).to("cuda")

    def step() -> None:
        descend.zero_grad()
        output = net(x)
        (output[0] if isinstance(output, tuple) else output).square().mean().backward()
        descend.step()

    step()
    with count_transfers() as transfers:
        step()
    assert transfers.to_host == 0
    assert transfers.to_device == (1 if name == "convolution" else 0)  # the positions of Upsample


def test_ctc_loss_sends_the_lengths_and_waits_for_nothing(count_transfers):
    scores = torch.randn(6, 2, 4).to("cuda").requires_grad_()
    targets = torch.tensor([[1, 2, 1], [3, 1, 0]]).to("cuda")
    flat = torch.tensor([1, 2, 1, 3, 1]).to("cuda")
    losses = []
    for labels in (targets, flat):
        with count_transfers() as transfers:
            losses.append(F.ctc_loss(scores.log_softmax(2), labels, *LENGTHS))
            losses[-1].backward()
        assert (transfers.to_host, transfers.to_device) == (0, 2)
    there = [each.to("cuda") for each in LENGTHS]
    losses.append(F.ctc_loss(scores.log_softmax(2), targets, *there))
    losses.append(F.ctc_loss(scores.cpu().log_softmax(2), targets.cpu(), *LENGTHS).to("cuda"))
    assert torch.allclose(torch.stack(losses), losses[0])


WAITS = {
    "bincount": (1, lambda v: torch.bincount(v.i, v.q)),
    "one_hot of as many as there are": (1, lambda v: F.one_hot(v.i)),
    "a mask as an index": (1, lambda v: v.x[v.x > 0]),
    "nonzero": (1, lambda v: v.i.nonzero()),
    "equal": (1, lambda v: torch.equal(v.i, v.i)),
    "allclose": (1, lambda v: torch.allclose(v.x, v.x)),
    "clip_grad_norm_ that raises": (1, lambda v: nn.utils.clip_grad_norm_([v.x], 1.0, error_if_nonfinite=True)),
}


@pytest.mark.parametrize("name", WAITS)
def test_what_waits_as_in_pytorch_waits_that_often(name, count_transfers):
    values = Values()
    values.x.grad = torch.ones_like(values.x)
    count, call = WAITS[name]
    torch.cuda.synchronize()
    with count_transfers() as transfers:
        call(values)
    assert (transfers.to_host, transfers.to_device) == (count, 0)


@pytest.mark.parametrize("line_search", [None, "strong_wolfe"])
def test_lbfgs_waits_a_few_times_an_iteration(line_search, count_transfers):
    values = Values()
    descend = torch.optim.LBFGS([values.x], max_iter=5, line_search_fn=line_search)
    calls = []

    def closure() -> torch.Tensor:
        calls.append(1)
        descend.zero_grad()
        loss = (values.x**4).sum() + values.x.square().sum()
        loss.backward()
        return loss

    with count_transfers() as transfers:
        descend.step(closure)
    assert transfers.to_device == 0 and transfers.to_host <= 2 * len(calls) + 5 * 5


OUT_OF_RANGE = {
    "offsets that begin late": (
        lambda v: F.embedding_bag(v.i, v.x, v.offsets + 1),
        ValueError,
        "offsets.0. has to be 0",
    ),
    "offsets that end late": (lambda v: F.embedding_bag(v.i, v.x, v.offsets * 9), RuntimeError, "can not be greater"),
    "a quantile beyond 1": (lambda v: v.x.quantile(v.q * 2), RuntimeError, "must be in the range"),
    "an integer divided by 0": (lambda v: v.i % (v.i - 1), RuntimeError, "ZeroDivisionError"),
    "a place beyond the output": (
        lambda v: F.max_unpool1d(v.x, v.bags.repeat(2, 1) * 9, 2),
        RuntimeError,
        "invalid max index: 27",
    ),
}


@pytest.mark.parametrize("name", OUT_OF_RANGE)
def test_wrong_numbers_are_told_of_at_the_next_wait(name):
    values = Values()
    values.x.requires_grad_(False)
    call, error, message = OUT_OF_RANGE[name]
    call(values)
    with pytest.raises(error, match=message):
        torch.cuda.synchronize()


def test_class_numbers_that_are_out_of_range_are_told_of_at_the_next_wait():
    labels = torch.tensor([0, 4]).to("cuda")
    F.one_hot(labels, 4)
    with pytest.raises(RuntimeError, match="Class values must be smaller than num_classes: 4 and 4"):
        labels.cpu()
    F.one_hot(torch.tensor([0, -1]).to("cuda"), 4)
    with pytest.raises(RuntimeError, match="Class values must be non-negative"):
        torch.cuda.synchronize()
