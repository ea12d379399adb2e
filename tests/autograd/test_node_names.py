"""The names that printed graphs show are PyTorch's, for what textbooks print; a node's inputs are tensors."""

import pytest

import edutorch as torch

F, nn = torch.nn.functional, torch.nn


def computed(*shape):
    """A tensor of numbers from 0.1 to 0.9 that was computed."""
    count = torch.Size(shape).numel()
    return torch.linspace(0.1, 0.9, count).reshape(shape).requires_grad_() * 1


X, W, V = computed(4, 6), computed(6, 6), computed(6)
Y = torch.linspace(0.2, 0.8, 24).reshape(4, 6)
C = torch.tensor([0, 2, 1, 3])
P, S, D3 = computed(2, 3, 8, 8), computed(2, 3, 8), computed(1, 2, 4, 4, 4)
B, Sq = computed(2, 3, 6), computed(4, 4) + 4 * torch.eye(4)
T1 = torch.tensor([2.0], requires_grad=True)

# As PyTorch 2.13 prints them.
NAMES = {
    "AbsBackward0": lambda: X.abs(),
    "AcosBackward0": lambda: X.acos(),
    "AcoshBackward0": lambda: (X + 1).acosh(),
    "AdaptiveAvgPool2DBackward0": lambda: F.adaptive_avg_pool2d(P, 3),
    "AdaptiveMaxPool2DBackward0": lambda: F.adaptive_max_pool2d(P, 3),
    "AddBackward0": lambda: (F.cross_entropy(X, C, label_smoothing=0.1), X + 1, X + Y, 1 + X, X.clone().add_(1)),
    "AddcdivBackward0": lambda: torch.addcdiv(X, Y, Y),
    "AddcmulBackward0": lambda: torch.addcmul(X, Y, Y),
    "AddmmBackward0": lambda: (F.linear(X, W, V), nn.Linear(6, 2)(X), torch.addmm(V, X, W)),
    "AddmvBackward0": lambda: torch.addmv(X[:, 0], X, V),
    "AmaxBackward0": lambda: (X.amax(0), X.amax()),
    "AminBackward0": lambda: X.amin(0),
    "AminmaxBackward0": lambda: torch.aminmax(X)[0],
    "AsStridedBackward0": lambda: X.as_strided((2, 2), (1, 1)),
    "AsinBackward0": lambda: X.asin(),
    "AsinhBackward0": lambda: X.asinh(),
    "Atan2Backward0": lambda: X.atan2(Y),
    "AtanBackward0": lambda: X.atan(),
    "AtanhBackward0": lambda: (X / 2).atanh(),
    "AvgPool2DBackward0": lambda: (F.avg_pool2d(P, 2), nn.AvgPool2d(2)(P)),
    "AvgPool3DBackward0": lambda: F.avg_pool3d(D3, 2),
    "BaddbmmBackward0": lambda: torch.baddbmm(B.sum(), B, B.transpose(1, 2)),
    "BinaryCrossEntropyBackward0": lambda: (F.binary_cross_entropy(X, Y), nn.BCELoss()(X, Y)),
    "BinaryCrossEntropyWithLogitsBackward0": lambda: (
        F.binary_cross_entropy_with_logits(X, Y),
        nn.BCEWithLogitsLoss()(X, Y),
    ),
    "BmmBackward0": lambda: torch.bmm(B, B.transpose(1, 2)),
    "CatBackward0": lambda: (
        torch.gradient(X)[0],
        torch.cat([X, Y]),
        torch.hstack([X, Y]),
        torch.vstack([X, Y]),
        torch.dstack([X, Y]),
        torch.column_stack([X, Y]),
        torch.concat([X, Y]),
    ),
    "CdistBackward0": lambda: torch.cdist(X, Y),
    "CeilBackward0": lambda: X.ceil(),
    "CeluBackward0": lambda: F.celu(X),
    "ClampBackward1": lambda: (X.clamp(0, 1), X.clamp(min=0), X.clip(0, 1), torch.corrcoef(X), X.clone().clamp_(0, 1)),
    "ClampMinBackward0": lambda: X.clamp_min(0),
    "CloneBackward0": lambda: (X.t().contiguous(), X.clone()),
    "Col2ImBackward0": lambda: F.fold(torch.rand(2, 12, 49).requires_grad_(), (8, 8), 2),
    "ConstantPadNdBackward0": lambda: F.pad(X, (1, 1)),
    "ConvolutionBackward0": lambda: (
        F.conv1d(S, torch.rand(2, 3, 3)),
        F.conv2d(P, torch.rand(2, 3, 3, 3)),
        F.conv3d(D3, torch.rand(2, 2, 2, 2, 2)),
        F.conv_transpose2d(P, torch.rand(3, 2, 3, 3)),
        nn.Conv2d(3, 4, 3)(P),
        nn.ConvTranspose2d(3, 4, 3)(P),
    ),
    "CopysignBackward0": lambda: torch.copysign(X, Y),
    "CosBackward0": lambda: X.cos(),
    "CoshBackward0": lambda: X.cosh(),
    "CummaxBackward0": lambda: X.cummax(0)[0],
    "CumprodBackward0": lambda: X.cumprod(0),
    "CumsumBackward0": lambda: X.cumsum(0),
    "Deg2RadBackward0": lambda: torch.deg2rad(X),
    "DiagEmbedBackward0": lambda: (V.diag(), torch.diag_embed(V), V.diagflat()),
    "DiagonalBackward0": lambda: X.diagonal(),
    "DigammaBackward0": lambda: X.digamma(),
    "DistBackward0": lambda: X.dist(Y),
    "DivBackward0": lambda: (
        F.kl_div(X, Y, reduction="batchmean"),
        F.softsign(X),
        F.normalize(X),
        F.local_response_norm(P, 2),
        X / 2,
        X / Y,
        X.nanmean(),
        nn.KLDivLoss(reduction="batchmean")(X, Y),
        X.clone().div_(2),
    ),
    "DotBackward0": lambda: (V @ V, torch.dot(V, V)),
    "EluBackward0": lambda: (F.elu(X), F.selu(X)),
    "EmbeddingBackward0": lambda: (F.embedding(C, W), nn.Embedding(5, 3)(C)),
    "EmbeddingBagBackward0": lambda: F.embedding_bag(C, W, torch.tensor([0, 2])),
    "ErfBackward0": lambda: X.erf(),
    "ErfcBackward0": lambda: X.erfc(),
    "ErfinvBackward0": lambda: X.erfinv(),
    "Exp2Backward0": lambda: X.exp2(),
    "ExpBackward0": lambda: (X.exp(), X.clone().exp_()),
    "ExpandBackward0": lambda: (
        X.expand(2, 4, 6),
        X.expand_as(Y),
        X[:, :1].expand(4, 6),
        torch.broadcast_to(X, (2, 4, 6)),
        torch.meshgrid(V, V, indexing="ij")[0],
    ),
    "Expm1Backward0": lambda: X.expm1(),
    "FillBackward2": lambda: X.clone().fill_(1),
    "FlipBackward0": lambda: (X.flip(0), X.fliplr(), X.flipud()),
    "FloorBackward0": lambda: X.floor(),
    "FmaxBackward0": lambda: torch.fmax(X, Y),
    "FmodBackward0": lambda: torch.fmod(X, 2),
    "FracBackward0": lambda: X.frac(),
    "GatherBackward0": lambda: (X.gather(1, C[:, None]), X.take_along_dim(C[:, None], 1)),
    "GeluBackward0": lambda: F.gelu(X),
    "GluBackward0": lambda: F.glu(X, 1),
    "GridSampler2DBackward0": lambda: F.grid_sample(P, torch.zeros(2, 4, 4, 2), align_corners=False),
    "HardshrinkBackward0": lambda: F.hardshrink(X),
    "HardsigmoidBackward0": lambda: F.hardsigmoid(X),
    "HardswishBackward0": lambda: F.hardswish(X),
    "HardtanhBackward0": lambda: (F.relu6(X), F.hardtanh(X)),
    "HuberLossBackward0": lambda: F.huber_loss(X, Y),
    "HypotBackward0": lambda: torch.hypot(X, Y),
    "Im2ColBackward0": lambda: F.unfold(P, 2),
    "IndexAddBackward0": lambda: X.index_add(0, C, Y),
    "IndexBackward0": lambda: (X[C], X[X > 0.5], X[[0, 1]], X[C, C], X[:, C]),
    "IndexCopyBackward0": lambda: X.index_copy(0, C, Y),
    "IndexFillBackward0": lambda: X.index_fill(0, C, 0),
    "IndexPutBackward0": lambda: X.index_put((C,), Y),
    "IndexSelectBackward0": lambda: X.index_select(0, C),
    "KthvalueBackward0": lambda: X.kthvalue(2)[0],
    "LeakyReluBackward0": lambda: F.leaky_relu(X),
    "LerpBackward0": lambda: torch.lerp(X, Y, 0.5),
    "LgammaBackward0": lambda: X.lgamma(),
    "LinalgCholeskyExBackward0": lambda: torch.linalg.cholesky(Sq @ Sq.t()),
    "LinalgCrossBackward0": lambda: torch.cross(X[:, :3], Y[:, :3], dim=1),
    "LinalgDetBackward0": lambda: (torch.linalg.det(Sq), torch.det(Sq)),
    "LinalgEighBackward0": lambda: torch.linalg.eigh(Sq + Sq.t())[0],
    "LinalgInvExBackward0": lambda: (torch.linalg.inv(Sq), torch.inverse(Sq)),
    "LinalgPinvBackward0": lambda: torch.linalg.pinv(Sq),
    "LinalgQrBackward0": lambda: torch.linalg.qr(Sq)[0],
    "LinalgSlogdetBackward0": lambda: torch.slogdet(Sq)[1],
    "LinalgSolveExBackward0": lambda: torch.linalg.solve(Sq, X),
    "LinalgSvdBackward0": lambda: torch.linalg.svd(Sq)[1],
    "LinalgVectorNormBackward0": lambda: (
        X.norm(),
        X.norm(1),
        X.norm(2, 1),
        X.norm(dim=1),
        torch.norm(X),
        torch.linalg.norm(X),
        torch.linalg.vector_norm(X),
        torch.linalg.matrix_norm(X),
    ),
    "Log10Backward0": lambda: X.log10(),
    "Log1PBackward0": lambda: X.log1p(),
    "Log2Backward0": lambda: X.log2(),
    "LogBackward0": lambda: X.log(),
    "LogSigmoidBackward0": lambda: F.logsigmoid(X),
    "LogSoftmaxBackward0": lambda: (F.log_softmax(X, 1), X.log_softmax(1)),
    "LogaddexpBackward0": lambda: torch.logaddexp(X, Y),
    "LogcumsumexpBackward0": lambda: X.logcumsumexp(0),
    "LogitBackward0": lambda: torch.logit(X),
    "LogsumexpBackward0": lambda: X.logsumexp(0),
    "MaskedFillBackward0": lambda: (X.masked_fill(X > 0.5, 0), X.clone().masked_fill_(X > 0.5, 0)),
    "MaskedScatterBackward0": lambda: X.masked_scatter(X > 0.5, Y),
    "MaskedSelectBackward0": lambda: X.masked_select(X > 0.5),
    "MaxBackward0": lambda: (X.max(0)[0], X.max(0).values),
    "MaxBackward1": lambda: X.max(),
    "MaxPool2DWithIndicesBackward0": lambda: (F.max_pool2d(P, 2), nn.MaxPool2d(2)(P)),
    "MaxPool3DWithIndicesBackward0": lambda: F.max_pool3d(D3, 2),
    "MaximumBackward0": lambda: torch.maximum(X, Y),
    "MeanBackward0": lambda: (
        F.l1_loss(X, Y),
        F.kl_div(X, Y),
        F.hinge_embedding_loss(X, Y.sign()),
        F.margin_ranking_loss(X[:, 0], X[:, 1], Y[:, 0].sign()),
        F.poisson_nll_loss(X, Y),
        F.gaussian_nll_loss(X, Y, Y.abs() + 1),
        F.cosine_embedding_loss(X, Y, Y[:, 0].sign()),
        F.triplet_margin_loss(X, Y, Y + 1),
        F.ctc_loss(
            F.log_softmax(torch.rand(8, 2, 5).requires_grad_(), 2),
            torch.tensor([[1, 2], [2, 3]]),
            torch.tensor([8, 8]),
            torch.tensor([2, 2]),
        ),
        X.mean(),
        nn.L1Loss()(X, Y),
    ),
    "MeanBackward1": lambda: (
        F.adaptive_avg_pool2d(P, 1),
        F.adaptive_avg_pool3d(D3, 1),
        X.mean(0),
        nn.AdaptiveAvgPool2d(1)(P),
    ),
    "MedianBackward0": lambda: X.median(),
    "MedianBackward1": lambda: X.median(0)[0],
    "MinBackward0": lambda: X.min(0)[0],
    "MinBackward1": lambda: X.min(),
    "MinimumBackward0": lambda: torch.minimum(X, Y),
    "MishBackward0": lambda: F.mish(X),
    "MmBackward0": lambda: (
        F.linear(X, W),
        nn.Linear(6, 2, bias=False)(X),
        X @ W,
        torch.mm(X, W),
        torch.matmul(X, W),
        torch.linalg.matrix_power(Sq, 2),
    ),
    "ModeBackward0": lambda: X.mode(0)[0],
    "MseLossBackward0": lambda: (
        F.mse_loss(X, Y),
        F.mse_loss(X, Y, reduction="sum"),
        F.mse_loss(X, Y, reduction="none"),
        nn.MSELoss()(X, Y),
    ),
    "MulBackward0": lambda: (
        F.dropout(X, 0.5),
        F.rms_norm(X, (6,)),
        X * 2,
        X * X,
        2 / X,
        torch.outer(V, V),
        nn.Dropout(0.5)(X),
        X.clone().mul_(2),
    ),
    "MultiMarginLossBackward0": lambda: F.multi_margin_loss(X, C),
    "MvBackward0": lambda: (X @ V, torch.mv(X, V)),
    "NanToNumBackward0": lambda: torch.nan_to_num(X),
    "NanmedianBackward0": lambda: X.nanmedian(),
    "NansumBackward0": lambda: X.nansum(),
    "NativeBatchNormBackward0": lambda: (
        F.batch_norm(X, None, None, training=True),
        F.batch_norm(X, torch.zeros(6), torch.ones(6)),
        nn.BatchNorm1d(6)(X),
        nn.BatchNorm2d(3)(P),
    ),
    "NativeGroupNormBackward0": lambda: (F.group_norm(P, 3), nn.GroupNorm(3, 3)(P)),
    "NativeLayerNormBackward0": lambda: (F.layer_norm(X, (6,)), nn.LayerNorm(6)(X)),
    "NegBackward0": lambda: (-X, X.neg()),
    "NllLossBackward0": lambda: (
        F.nll_loss(F.log_softmax(X, 1), C),
        F.cross_entropy(X, C),
        nn.CrossEntropyLoss()(X, C),
        nn.NLLLoss()(X, C),
    ),
    "PermuteBackward0": lambda: (
        torch.einsum("ij->ji", X),
        X.T,
        X.permute(1, 0),
        P.permute(0, 2, 3, 1),
        P.movedim(1, -1),
    ),
    "PixelShuffleBackward0": lambda: F.pixel_shuffle(torch.rand(1, 4, 2, 2).requires_grad_(), 2),
    "PowBackward0": lambda: (F.lp_pool2d(P, 2, 2), X**2, X**0.5, X.square(), X.pow(3)),
    "PreluKernelBackward0": lambda: F.prelu(X, T1),
    "ProdBackward0": lambda: X.prod(),
    "ProdBackward1": lambda: X.prod(0),
    "ReciprocalBackward0": lambda: X.reciprocal(),
    "ReflectionPad2DBackward0": lambda: F.pad(P, (1, 1, 1, 1), mode="reflect"),
    "ReluBackward0": lambda: (F.relu(X), X.relu(), nn.ReLU()(X), X.clone().relu_(), F.relu(X.clone(), inplace=True)),
    "RemainderBackward0": lambda: (X % 2, torch.remainder(X, 2)),
    "RenormBackward0": lambda: X.renorm(2, 0, 1),
    "RepeatBackward0": lambda: (X.repeat(2, 1), X.tile(2)),
    "ReplicationPad2DBackward0": lambda: F.pad(P, (1, 1, 1, 1), mode="replicate"),
    "RollBackward0": lambda: (X.roll(1, 0), X.roll(1)),
    "Rot90Backward0": lambda: X.rot90(),
    "RoundBackward0": lambda: X.round(),
    "RsqrtBackward0": lambda: X.rsqrt(),
    "RsubBackward1": lambda: 1 - X,
    "ScatterAddBackward0": lambda: X.scatter_add(1, C[:, None], Y),
    "ScatterBackward0": lambda: X.scatter(1, C[:, None], Y),
    "ScatterBackward1": lambda: X.scatter(1, C[:, None], 0),
    "SelectBackward0": lambda: (X[0], X[0, 1], X[:, 1], X[..., 0], X.select(0, 1)),
    "SigmoidBackward0": lambda: (F.sigmoid(X), X.sigmoid(), X.clone().sigmoid_()),
    "SignBackward0": lambda: X.sign(),
    "SiluBackward0": lambda: F.silu(X),
    "SinBackward0": lambda: X.sin(),
    "SincBackward0": lambda: torch.sinc(X),
    "SinhBackward0": lambda: X.sinh(),
    "SliceBackward0": lambda: (
        X[1:],
        X[0:2, 1:3],
        X[::2],
        X.narrow(0, 0, 2),
        torch.hsplit(X, 2)[0],
        X.tensor_split(2)[0],
    ),
    "SmoothL1LossBackward0": lambda: F.smooth_l1_loss(X, Y),
    "SoftMarginLossBackward0": lambda: F.soft_margin_loss(X, Y.sign()),
    "SoftmaxBackward0": lambda: (
        F.softmax(X, 1),
        F.softmin(X, 1),
        F.gumbel_softmax(X),
        X.softmax(1),
        nn.Softmax(dim=1)(X),
    ),
    "SoftplusBackward0": lambda: F.softplus(X),
    "SoftshrinkBackward0": lambda: F.softshrink(X),
    "SortBackward0": lambda: (X.sort()[0], X.msort()),
    "SpecialEntrBackward0": lambda: torch.special.entr(X),
    "SplitBackward0": lambda: (X.split(2)[0], X.chunk(2)[0]),
    "SplitWithSizesBackward0": lambda: X.split([1, 3])[0],
    "SqrtBackward0": lambda: X.sqrt(),
    "SqueezeBackward0": lambda: (torch.cov(X), X.unsqueeze(0).squeeze()),
    "SqueezeBackward1": lambda: (
        F.max_pool1d(S, 2),
        F.avg_pool1d(S, 2),
        F.adaptive_avg_pool1d(S, 1),
        F.adaptive_max_pool1d(S, 3),
        X.unsqueeze(0).squeeze(0),
    ),
    "StackBackward0": lambda: torch.stack([X, Y]),
    "StdBackward0": lambda: (X.std(), X.std(0)),
    "StdMeanBackward0": lambda: torch.std_mean(X)[0],
    "SubBackward0": lambda: (F.tanhshrink(X), X - 1, X - Y, X.diff(), X.clone().sub_(1)),
    "SumBackward0": lambda: X.sum(),
    "SumBackward1": lambda: (F.cosine_similarity(X, Y), X.sum(0), X.sum(0, keepdim=True)),
    "TBackward0": lambda: X.t(),
    "TakeBackward0": lambda: X.take(C),
    "TanBackward0": lambda: X.tan(),
    "TanhBackward0": lambda: (F.tanh(X), X.tanh()),
    "ThresholdBackward0": lambda: F.threshold(X, 0.1, 0.0),
    "ToCopyBackward0": lambda: (X.to(torch.float64), X.double(), X.half(), X.type(torch.float64)),
    "TopkBackward0": lambda: X.topk(2)[0],
    "TraceBackward0": lambda: X.trace(),
    "TransposeBackward0": lambda: (X.mT, X.transpose(0, 1), torch.swapaxes(X, 0, 1)),
    "TrilBackward0": lambda: X.tril(),
    "TriuBackward0": lambda: X.triu(),
    "TruncBackward0": lambda: X.trunc(),
    "UnbindBackward0": lambda: X.unbind()[0],
    "UnfoldBackward0": lambda: X.unfold(0, 2, 1),
    "UnsafeViewBackward0": lambda: (
        F.linear(B, W),
        F.scaled_dot_product_attention(B, B, B),
        B @ W,
        B @ B.transpose(1, 2),
    ),
    "UnsqueezeBackward0": lambda: (X.unsqueeze(0), X[None], torch.atleast_2d(V)),
    "UpsampleBicubic2DBackward0": lambda: F.interpolate(P, scale_factor=2, mode="bicubic"),
    "UpsampleBilinear2DBackward0": lambda: F.interpolate(P, scale_factor=2, mode="bilinear"),
    "UpsampleLinear1DBackward0": lambda: F.interpolate(S, scale_factor=2, mode="linear"),
    "UpsampleNearest2DBackward0": lambda: (F.interpolate(P, scale_factor=2), nn.Upsample(scale_factor=2)(P)),
    "VarBackward0": lambda: (X.var(), X.var(0)),
    "VarMeanBackward0": lambda: (torch.var_mean(X)[0], torch.var_mean(X)[1]),
    "ViewBackward0": lambda: (
        F.linear(B, W, V),
        F.linear(V, W, V),
        F.bilinear(X, X, torch.rand(2, 6, 6)),
        nn.Linear(6, 2)(V),
        nn.Linear(6, 2)(B),
        F.instance_norm(P),
        nn.InstanceNorm2d(3)(P),
        torch.inner(V, V),
        torch.tensordot(X, W, 1),
        X.view(24),
        X.view(-1),
        X.reshape(24),
        X.reshape(6, 4),
        X.flatten(),
        P.flatten(1),
        X.ravel(),
        X.unflatten(1, (2, 3)),
        nn.Flatten()(P),
    ),
    "WhereBackward0": lambda: torch.where(X > 0, X, Y),
    "XlogyBackward0": lambda: torch.xlogy(X, Y),
    "ZeroBackward0": lambda: X.clone().zero_(),
    "torch::autograd::CopyBackwards": lambda: X.clone().copy_(Y),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_is_pytorchs(name):
    before = [each.grad_fn.name() for each in (X, W, V, P, S, D3, B, Sq)]
    results = NAMES[name]()
    for result in results if type(results) is tuple else (results,):
        assert result.grad_fn.name() == name and f"grad_fn=<{name}>" in repr(result)
    assert [each.grad_fn.name() for each in (X, W, V, P, S, D3, B, Sq)] == before


def test_a_change_in_place_is_named():
    def changed(index, value):
        x = X.clone()
        x[index] = value
        return x.grad_fn.name()

    assert changed(0, 1.0) == changed((0, 0), Y[0, 0]) == "torch::autograd::CopySlices"
    assert changed(Y > 0.5, 0.0) == changed(C, Y) == "IndexPutBackward0"
    with torch.no_grad():
        X.zero_().fill_(2)
    assert X.grad_fn.name() == "MulBackward0"


def inputs(node):
    return [None if before is None else before.name() for before, _ in node.next_functions]


LEAF, MUL = "torch::autograd::AccumulateGrad", "MulBackward0"


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (lambda: X.sum(0), [MUL]),
        (lambda: X + 1, [MUL, None]),
        (lambda: X * Y, [MUL, None]),
        (lambda: X**2, [MUL]),
        (lambda: X[1:], [MUL]),
        (lambda: X[C], [MUL]),
        (lambda: X.clamp(0, 1), [MUL]),
        (lambda: X.gather(1, C[:, None]), [MUL]),
        (lambda: torch.cat([X, Y, X]), [MUL, None, MUL]),
        (lambda: torch.where(X > 0, Y, X), [None, MUL]),
        (lambda: F.mse_loss(X, Y), [MUL, None]),
        (lambda: F.log_softmax(X, 1), [MUL]),
        (lambda: F.embedding(C, W), [MUL]),
        (lambda: F.max_pool2d(P, 2), [MUL]),
        (lambda: nn.Conv2d(3, 4, 3)(P), [MUL, LEAF, LEAF]),
    ],
)
def test_the_inputs_of_a_node_are_tensors_alone(result, expected):
    # before, dims and indices were listed, too
    assert inputs(result().grad_fn) == expected


def test_the_inputs_of_a_learners_function_are_all_its_tensors():
    class Scale(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, factor, index, other):
            assert ctx.needs_input_grad == (True, False, False, True)
            return x * factor

        @staticmethod
        def backward(ctx, g):
            return g, None, None, None

    assert inputs(Scale.apply(X, 2, C, X[0]).grad_fn) == [MUL, None, "SelectBackward0"]


def test_a_linear_layer_lists_input_weight_and_bias():
    layer = nn.Linear(6, 3)
    leaves = [node.variable for node, _ in layer(X.detach().requires_grad_()).grad_fn.next_functions]
    assert leaves[1] is layer.weight and leaves[2] is layer.bias and leaves[0].shape == X.shape
