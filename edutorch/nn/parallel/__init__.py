"""Models on several processes or devices. Source: torch.nn.parallel.

To read: distributed.py, reducer.py, buckets.py.
"""

from .data_parallel import DataParallel
from .distributed import DistributedDataParallel
from .sync_batch_norm import SyncBatchNorm

__all__ = ["DataParallel", "DistributedDataParallel"]
