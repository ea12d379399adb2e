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


def test_class_numbers_that_are_out_of_range_are_told_of_at_the_next_wait():
    labels = torch.tensor([0, 4]).to("cuda")
    F.one_hot(labels, 4)
    with pytest.raises(RuntimeError, match="Class values must be smaller than num_classes: 4 and 4"):
        labels.cpu()
    F.one_hot(torch.tensor([0, -1]).to("cuda"), 4)
    with pytest.raises(RuntimeError, match="Class values must be non-negative"):
        torch.cuda.synchronize()
