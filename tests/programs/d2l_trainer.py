"""A trainer in the manner of a textbook in notebooks: classes that grow by decorators, data modules, a trainer."""

import collections
import inspect

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(42)


def add_to_class(Class):
    def wrapper(obj):
        setattr(Class, obj.__name__, obj)

    return wrapper


class HyperParameters:
    def save_hyperparameters(self, ignore=[]):
        frame = inspect.currentframe().f_back
        _, _, _, local_vars = inspect.getargvalues(frame)
        self.hparams = {
            k: v
            for k, v in local_vars.items()
            if k not in set(ignore + ["self"]) and not k.startswith("_") and not inspect.ismodule(v)
        }
        for k, v in self.hparams.items():
            setattr(self, k, v)


class Board(HyperParameters):
    def __init__(self, every_n=1):
        self.save_hyperparameters()
        self.points = collections.OrderedDict()

    def draw(self, x, y, label):
        self.points.setdefault(label, []).append((x, y))


class Module(nn.Module, HyperParameters):
    def __init__(self, plot_train_per_epoch=2):
        super().__init__()
        self.save_hyperparameters()
        self.board = Board()

    def loss(self, y_hat, y):
        raise NotImplementedError

    def forward(self, X):
        assert hasattr(self, "net"), "Neural network is not defined"
        return self.net(X)

    def plot(self, key, value, train):
        assert hasattr(self, "trainer"), "Trainer is not inited"
        self.board.draw(self.trainer.epoch, value.detach().cpu().item(), ("train_" if train else "val_") + key)

    def training_step(self, batch):
        l = self.loss(self(*batch[:-1]), batch[-1])
        self.plot("loss", l, train=True)
        return l

    def validation_step(self, batch):
        l = self.loss(self(*batch[:-1]), batch[-1])
        self.plot("loss", l, train=False)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.lr)

    def apply_init(self, inputs, init=None):
        self.forward(*inputs)
        if init is not None:
            self.net.apply(init)


class DataModule(HyperParameters):
    def __init__(self, root="../data", num_workers=0):
        self.save_hyperparameters()

    def get_tensorloader(self, tensors, train, indices=slice(0, None)):
        tensors = tuple(a[indices] for a in tensors)
        dataset = torch.utils.data.TensorDataset(*tensors)
        return torch.utils.data.DataLoader(dataset, self.batch_size, shuffle=train)

    def train_dataloader(self):
        return self.get_dataloader(train=True)

    def val_dataloader(self):
        return self.get_dataloader(train=False)


class Trainer(HyperParameters):
    def __init__(self, max_epochs, num_gpus=0, gradient_clip_val=0):
        self.save_hyperparameters()
        self.gpus = [torch.device(f"cuda:{i}") for i in range(min(num_gpus, torch.cuda.device_count()))]

    def prepare_data(self, data):
        self.train_dataloader = data.train_dataloader()
        self.val_dataloader = data.val_dataloader()

    def fit(self, model, data):
        self.prepare_data(data)
        model.trainer = self
        self.model = model
        self.optim = model.configure_optimizers()
        for self.epoch in range(self.max_epochs):
            self.fit_epoch()

    def clip_gradients(self, grad_clip_val, model):
        params = [p for p in model.parameters() if p.requires_grad]
        norm = torch.sqrt(sum(torch.sum(p.grad**2) for p in params))
        if norm > grad_clip_val:
            for param in params:
                param.grad[:] *= grad_clip_val / norm


@add_to_class(Trainer)
def fit_epoch(self):
    self.model.train()
    for batch in self.train_dataloader:
        loss = self.model.training_step(batch)
        self.optim.zero_grad()
        with torch.no_grad():
            loss.backward()
            if self.gradient_clip_val > 0:
                self.clip_gradients(self.gradient_clip_val, self.model)
            self.optim.step()
    self.model.eval()
    for batch in self.val_dataloader:
        with torch.no_grad():
            self.model.validation_step(batch)


class SyntheticRegressionData(DataModule):
    def __init__(self, w, b, noise=0.01, num_train=64, num_val=32, batch_size=16):
        super().__init__()
        self.save_hyperparameters()
        n = num_train + num_val
        self.X = torch.randn(n, len(w))
        self.y = torch.matmul(self.X, w.reshape((-1, 1))) + b + torch.randn(n, 1) * noise

    def get_dataloader(self, train):
        i = slice(0, self.num_train) if train else slice(self.num_train, None)
        return self.get_tensorloader((self.X, self.y), train, i)


class LinearRegression(Module):
    def __init__(self, lr):
        super().__init__()
        self.save_hyperparameters()
        self.net = nn.LazyLinear(1)
        self.net.weight.data.normal_(0, 0.01)
        self.net.bias.data.fill_(0)

    def loss(self, y_hat, y):
        return nn.MSELoss()(y_hat, y)

    def get_w_b(self):
        return (self.net.weight.data, self.net.bias.data)


class Stripes(DataModule):
    """Images of stripes, standing, lying or leaning."""

    def __init__(self, batch_size=16, num_train=96, num_val=48):
        super().__init__()
        self.save_hyperparameters()
        n = num_train + num_val
        self.y = torch.randint(3, (n,))
        i, j = torch.meshgrid(torch.arange(12), torch.arange(12), indexing="ij")
        kinds = torch.stack([i, j, i + j]).float()
        phase = torch.rand(n, 1, 1) * 6
        self.X = (torch.sin(kinds[self.y] * 1.5 + phase) + torch.randn(n, 12, 12) * 0.3).unsqueeze(1)

    def get_dataloader(self, train):
        i = slice(0, self.num_train) if train else slice(self.num_train, None)
        return self.get_tensorloader((self.X, self.y), train, i)


class Classifier(Module):
    def loss(self, Y_hat, Y, averaged=True):
        Y_hat = torch.reshape(Y_hat, (-1, Y_hat.shape[-1]))
        return F.cross_entropy(Y_hat, torch.reshape(Y, (-1,)), reduction="mean" if averaged else "none")

    def accuracy(self, Y_hat, Y, averaged=True):
        Y_hat = torch.reshape(Y_hat, (-1, Y_hat.shape[-1]))
        preds = Y_hat.argmax(axis=1).type(Y.dtype)
        compare = (preds == torch.reshape(Y, (-1,))).type(torch.float32)
        return torch.mean(compare) if averaged else compare

    def validation_step(self, batch):
        Y_hat = self(*batch[:-1])
        self.plot("loss", self.loss(Y_hat, batch[-1]), train=False)
        self.plot("acc", self.accuracy(Y_hat, batch[-1]), train=False)

    def layer_summary(self, X_shape):
        X = torch.randn(*X_shape)
        for layer in self.net:
            X = layer(X)
            print(layer.__class__.__name__, "output shape:\t", X.shape)


def init_cnn(module):
    if type(module) == nn.Linear or type(module) == nn.Conv2d:
        nn.init.xavier_uniform_(module.weight)


class LeNet(Classifier):
    def __init__(self, lr=0.1, num_classes=3):
        super().__init__()
        self.save_hyperparameters()
        self.net = nn.Sequential(
            nn.LazyConv2d(6, kernel_size=3, padding=1),
            nn.LazyBatchNorm2d(),
            nn.Sigmoid(),
            nn.AvgPool2d(kernel_size=2, stride=2),
            nn.Flatten(),
            nn.LazyLinear(24),
            nn.Sigmoid(),
            nn.LazyLinear(num_classes),
        )


data = SyntheticRegressionData(w=torch.tensor([2.0, -3.4]), b=4.2)
X, y = next(iter(data.train_dataloader()))
print("X shape:", X.shape, "\ny shape:", y.shape)
model = LinearRegression(lr=0.1)
model(X)
trainer = Trainer(max_epochs=4, gradient_clip_val=5)
trainer.fit(model, data)
w, b = model.get_w_b()
print(f"error in estimating w: {data.w - w.reshape(data.w.shape)}")
print(f"error in estimating b: {data.b - b}")

data = Stripes()
model = LeNet(lr=0.9)
model.apply_init([next(iter(data.train_dataloader()))[0]], init_cnn)
Trainer(max_epochs=4).fit(model, data)
for label, points in model.board.points.items():
    print(label, [f"{y:.4f}" for _, y in points[-6:]])
model.layer_summary((1, 1, 12, 12))
