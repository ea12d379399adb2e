"""The rows of the table: what is timed, on how many threads, and the ratio to PyTorch's time that it must reach."""

from functools import partial
from typing import NamedTuple

from . import networks, work


class Row(NamedTuple):
    """calls: how many belong together (an epoch's batches, whose first one shuffles); None: as many as fill a block.
    pairs: the least number of pairs of blocks. long: a call takes seconds."""

    name: str
    make_step: object
    target: float
    threads: int = 1
    calls: int | None = None
    pairs: int = 5
    long: bool = False


def conv(in_channels, out_channels, kernel, size):
    return partial(work.convolution, in_channels=in_channels, out_channels=out_channels, kernel=kernel, size=size)


ONE_THREAD = [
    Row("recorded op: chain of adds", work.chain_of_adds, 0.85),
    Row("recorded op: chain of mul and exp", work.chain_of_mul_and_exp, 1.2),
    Row("tiny MLP 2-16-16-1, batch 1, SGD", work.tiny_mlp_step, 0.55),
    Row("MLP 784-128-64-10, batch 64, SGD", work.mlp_step, 0.85),
    Row("CNN, batch 64, Adam", work.cnn_step, 1.2),
    Row("LeNet, 32x32 color, batch 100, SGD", networks.lenet, 1.3),
    Row("conv, batch norm, ReLU x 3, batch 32", networks.conv_bn_relu, 1.5),
    Row("ResNet18, 32x32, batch 8, SGD", networks.resnet18, 2.0),
    Row("LSTM 32-64, 30 steps, batch 16", partial(networks.recurrent, kind="LSTM"), 1.6),
    Row("GRU 32-64, 30 steps, batch 16", partial(networks.recurrent, kind="GRU"), 1.8),
    Row("RNN 32-64, 30 steps, batch 16", partial(networks.recurrent, kind="RNN"), 1.8),
    Row("TransformerEncoderLayer 64, 4 heads", networks.transformer, 1.2),
    Row("GPT: block 64, width 128, 4 layers", networks.gpt, 1.5),
    Row("conv2d 32->64 k3 at 14x14", conv(32, 64, 3, 14), 1.7),
    Row("conv2d 3->6 k5 at 32x32", conv(3, 6, 5, 32), 1.0),
    Row("conv2d 32->64 k3 at 28x28", conv(32, 64, 3, 28), 1.4),
    Row("conv_transpose2d 32->16 k4 at 14x14", networks.conv_transpose, 2.0),
    Row("softmax cross entropy, 256 x 1,000", networks.softmax_cross_entropy, 1.5),
    Row("Adam's step, 422,000 weights", networks.adam, 1.5),
    Row("einsum of attention's scores", networks.einsum, 1.5),
    Row("indexing: slice, rows, mask", networks.indexing, 1.5),
    Row("DataLoader batch, TensorDataset", work.batch_of_a_tensor_dataset, 0.15, calls=938),
    Row("DataLoader batch, item by item", work.batch_item_by_item, 1.0, calls=938),
    Row("save and load 100 MiB", networks.save_and_load, 1.5, calls=1, pairs=3, long=True),
    Row("an epoch of chapter 9", networks.epoch_of_chapter_9, 1.5, calls=1, pairs=1, long=True),
]
AGAIN_ON_TWO = {"CNN, batch 64, Adam": 0.9}  # other targets there
NOT_ON_TWO = ("recorded op", "tiny", "DataLoader", "save", "an epoch", "Adam's")  # nothing of it is shared out
TWO_THREADS = [
    row._replace(threads=2, target=AGAIN_ON_TWO.get(row.name, row.target))
    for row in ONE_THREAD
    if not row.name.startswith(NOT_ON_TWO)
]
WORKERS = [Row("DataLoader, 2 workers, transforms", networks.images_from_two_workers, 1.0, threads=2, calls=1)]
ROWS = ONE_THREAD + TWO_THREADS + WORKERS
