"""Modules of PyTorch and torchvision that edutorch leaves out, with what to use instead, for all below them, too."""

_EAGER = "nothing is compiled here, every line runs as it stands: leave the call out"
_SPMD = "use distributed and nn.parallel.DistributedDataParallel, under `edutorch run --nproc 2 script.py`"
_FLOAT = "torch.ao.quantization, which is edutorch.quantization, has models of 8 bits"
_DEVICES = "the devices are cpu and cuda"
_DENSE = "tensors are dense here"
_MODELS = "models classify images here: write the network's own head and loss"
_DATASET = "use datasets.ImageFolder, or write a Dataset"
_CUDA = "edutorch.cuda has what there is: streams, synchronize, the memory of CuPy"

_NAMES = {
    _EAGER: """
        torch.compiler torch.export torch.fx torch.nativert torch.jit torch.library torch.package torch.utils.jit
        torch.utils.bundled_inputs torch.utils.mobile_optimizer torch.utils.model_dump torch.utils.cpp_extension
        torch.utils.file_baton torch.utils.throughput_benchmark torch.onnx torch.cuda.jiterator torch.cuda.tunable
        torch.cuda.graphs torch.accelerator.graphs torch.utils.hipify torch.nn.cpp torch.nn.backends
        torch.backends.opt_einsum torch.backends.python_native torch.compiler.config
    """,
    _SPMD: "torch.distributed torch.futures torch.cuda.nccl torch.cuda.comm torch.multiprocessing.reductions",
    _FLOAT: """
        torch.ao torch.quantization torch.nn.quantized torch.nn.quantizable torch.nn.qat torch.nn.intrinsic
        torch.backends.quantized torchvision.models.quantization
    """,
    _DEVICES: "torch.cpu torch.mps torch.mtia torch.xpu torch.utils.backend_registration torch.utils.mkldnn",
    _DENSE: "torch.sparse torch.masked torch.nested",
    _MODELS: """
        torchvision.models.detection torchvision.models.segmentation torchvision.models.video
        torchvision.models.optical_flow
    """,
    "use register_forward_hook, or nn.Sequential(*list(model.children())[:-1])": """
        torchvision.models.feature_extraction
    """,
    _DATASET: "torchvision.datasets",
    "use a sampler of utils.data": "torchvision.datasets.samplers",
    "use hub.download_url_to_file": "torchvision.datasets.utils",
    _CUDA: "torch.cuda torch.accelerator.memory",
    "NumPy and CuPy choose their own libraries: leave the setting out": "torch.backends torch.numa",
    "tensors are real: keep real and imaginary parts as two tensors": "torch.fft",
    "use autograd.functional (jacobian, hessian, vjp, jvp) or a loop": """
        torch.func torch.autograd.forward_ad torch.nn.utils.stateless
    """,
    "use timeit, or cProfile": """
        torch.profiler torch.autograd.profiler torch.autograd.profiler_legacy torch.autograd.profiler_util
        torch.utils.benchmark torch.utils.bottleneck torch.monitor
    """,
    "operations take tensors alone: give a class methods of its own, or derive it from Tensor": "torch.overrides",
    "use hann_window, hamming_window, blackman_window, bartlett_window or kaiser_window": "torch.signal",
    "use rand": "torch.quasirandom",
    "use nn.functional.scaled_dot_product_attention": "torch.nn.attention",
    "write a Dataset, and give it to utils.data.DataLoader": "torch.utils.data",
    "use model.summary(), which counts operations": "torch.utils.flop_counter",
    "use torch.from_numpy and Tensor.numpy": "torch.utils.dlpack",
    "use `edutorch info`": "torch.utils.collect_env",
    "use register_forward_hook": "torch.utils.module_tracker",
    "use weakref": "torch.utils.weak",
    "use viz": "torch.utils.viz",
    "use utils.tensorboard.SummaryWriter": "torch.utils.tensorboard",
    "use save and load": "torch.utils.serialization torch.utils.show_pickle",
    "it serves PyTorch's own code: leave it out": """
        torch.contrib torch.utils.backcompat torch.utils.cpp_backtrace torch.utils.debug_log torch.utils.deterministic
        torch.nn.parallel.comm torch.nn.parallel.parallel_apply torch.nn.parallel.replicate
        torch.nn.parallel.scatter_gather torch.nn.utils.memory_format torch.multiprocessing.pool
        torch.multiprocessing.queue
    """,
    "io.read_image reads image files, through Pillow": "torchvision.io",
    "detectors are left out; nms, box_iou and their relatives are in vision.ops": "torchvision.ops",
    "torchvision.models.list_models() says which there are": "torchvision.models",
    "use nn.CrossEntropyLoss on the output of nn.Linear": """
        torch.nn.modules.linear_cross_entropy torch.nn.modules.linear_cross_entropy_options
    """,
    "draw a matrix A of df rows from distributions.MultivariateNormal: A.mT @ A is such a matrix": """
        torch.distributions.wishart
    """,
    "use nn.utils.spectral_norm, the function": "torch.nn.utils.spectral_norm",
    "use Adam": "torch.optim.sparse_adam",
    "leave the call out": "torchvision.extension",
}

REASONS = {name: reason for reason, names in _NAMES.items() for name in names.split()}


def reason(name: str) -> str | None:
    """What to use instead of a module, or of the nearest one above it; None for all other names."""
    while "." in name:
        if name in REASONS:
            return REASONS[name]
        name = name.rpartition(".")[0]
    return None
