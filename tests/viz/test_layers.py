"""What comes out of each layer of a model, of one example."""

import numpy as np
import pytest

import edutorch as torch
from edutorch import nn
from edutorch.viz.layers import Layer, layers_of
from tests.viz.small import image, small_cnn


def test_each_innermost_layer_is_there_in_its_order_with_the_first_example():
    model, x = small_cnn(), image()
    layers = layers_of(model, x)
    assert [(layer.name, layer.kind, layer.maps.shape) for layer in layers] == [
        ("input", "", (1, 8, 8)),
        ("0.0", "Conv2d", (3, 6, 6)),
        ("0.1", "ReLU", (3, 6, 6)),
        ("0.2", "MaxPool2d", (3, 3, 3)),
        ("1", "Flatten", (27,)),
        ("2", "Linear", (4,)),
    ]
    np.testing.assert_allclose(layers[-1].maps, model(x)[0].detach().numpy(), rtol=1e-6)
    np.testing.assert_allclose(layers[0].maps, x[0].numpy(), rtol=1e-6)


def seen(model: nn.Module, x: torch.Tensor | tuple[torch.Tensor, ...]) -> list[tuple[str, tuple[int, ...]]]:
    return [(layer.title, layer.maps.shape) for layer in layers_of(model, x)]


def test_the_model_and_the_generator_are_afterwards_as_they_were():
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Dropout(0.5)).train()
    x = torch.tensor([[1.0, 2.0], [3.0, 5.0]])
    state = {name: value.clone() for name, value in model.state_dict().items()}
    torch.manual_seed(0)
    layers_of(model, x)
    after = torch.rand(3)
    torch.manual_seed(0)
    assert torch.equal(after, torch.rand(3))
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    assert model.training and model(x).requires_grad
    assert not any(module._hooks and module._hooks.forward for module in model.modules())


def test_a_model_that_fails_leaves_no_hooks_behind():
    model = small_cnn()
    with pytest.raises(RuntimeError):
        layers_of(model, torch.ones(1, 2, 8, 8))
    assert not any(module._hooks and module._hooks.forward for module in model.modules())


def test_an_input_without_examples_is_refused():
    with pytest.raises(ValueError, match="x is empty"):
        layers_of(nn.Identity(), torch.ones(0, 3))


def test_a_layer_called_twice_is_there_twice():
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(2, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.layer(self.layer(x).relu())

    assert seen(Twice(), torch.ones(1, 2)) == [("input", (2,)), ("layer Linear", (2,)), ("layer Linear", (2,))]


def test_a_layer_that_passes_its_input_on_is_there():
    assert [title for title, _ in seen(nn.Sequential(nn.ReLU(), nn.Identity()), torch.ones(1, 2))][2] == "1 Identity"


def test_what_is_changed_in_place_later_is_shown_as_it_came_out():
    layers = layers_of(nn.Sequential(nn.Identity(), nn.ReLU(inplace=True)), -torch.ones(1, 2))
    assert [layer.maps[0] for layer in layers] == [-1, -1, 0]


class Residual(nn.Module):
    """A block as in ResNet: what it adds at its end is no layer within it."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(2, 2, 3, padding=1), nn.BatchNorm2d(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x + self.norm(self.conv(x))).relu()


def test_a_block_is_there_for_what_no_layer_within_it_gives():
    torch.manual_seed(0)
    model, x = nn.Sequential(Residual(), nn.Flatten()).eval(), torch.randn(1, 2, 4, 4)
    layers = layers_of(model, x)
    assert [layer.title for layer in layers] == [
        "input",
        "0.conv Conv2d",
        "0.norm BatchNorm2d",
        "0 Residual",
        "1 Flatten",
    ]
    np.testing.assert_allclose(layers[3].maps, model[0](x)[0].detach().numpy(), rtol=1e-6)


class Reads(nn.Module):
    """Words to scores; the batch is axis 1, as in PyTorch's recurrent layers."""

    def __init__(self, batch_first: bool) -> None:
        super().__init__()
        self.embedding, self.lstm = nn.Embedding(9, 3), nn.LSTM(3, 4, num_layers=2, batch_first=batch_first)
        self.scores = nn.Linear(4, 5)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        output, _ = self.lstm(self.embedding(words))
        return self.scores(output[:, -1] if self.lstm.batch_first else output[-1])


def test_of_sequences_the_first_example_is_shown_wherever_the_batch_stands():
    torch.manual_seed(0)
    words, model, other = torch.randint(0, 9, (7, 5)), Reads(batch_first=False), Reads(batch_first=True)
    other.load_state_dict(model.state_dict())
    layers = layers_of(model, words)
    assert [(layer.title, layer.maps.shape) for layer in layers] == [
        ("input", (7,)),
        ("embedding Embedding", (1, 7, 3)),
        ("lstm, part 1 LSTM", (1, 7, 4)),
        ("lstm, part 2, part 1 LSTM", (1, 2, 4)),
        ("lstm, part 2, part 2 LSTM", (1, 2, 4)),
        ("scores Linear", (5,)),
    ]
    for one, two in zip(layers[:3], layers_of(other, words.T), strict=False):
        np.testing.assert_allclose(one.maps, two.maps, rtol=1e-6)
    np.testing.assert_allclose(layers[-1].maps, model(words)[0].detach().numpy(), rtol=1e-6)


def test_each_tensor_of_a_dict_or_tuple_is_there_that_is_new():
    class Gives(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.mean = nn.Linear(2, 2)

        def forward(self, x: torch.Tensor) -> dict[str, object]:
            mean = self.mean(x)
            return {"mean": mean, "more": (x * 2, None, [x > 0]), "loss": mean.sum()}

    layers = layers_of(Gives(), torch.tensor([[3.0, -3.0]]))
    assert [layer.title for layer in layers[1:]] == [
        "mean Linear",
        "model, more, part 1 Gives",
        "model, more, part 3 Gives",
        "model, loss Gives",
    ]
    assert [layer.maps.tolist() for layer in layers[2:4]] == [[6, -6], [1, 0]]


def test_a_lazy_layer_is_there_as_what_it_became():
    assert seen(nn.Sequential(nn.Flatten(), nn.LazyLinear(3)), torch.ones(2, 2, 2))[-1] == ("1 Linear", (3,))


def heads_of(layers: list[Layer]) -> dict[str, np.ndarray]:
    return {layer.name: layer.maps for layer in layers if layer.unit == "head"}


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("need_weights", [True, False])
def test_attention_has_a_map_for_each_head_of_the_first_example(batch_first, need_weights):
    class Attends(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attention = nn.MultiheadAttention(4, 2, dropout=0.5, batch_first=batch_first)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.attention(x, x, x, None, need_weights)[0]

    torch.manual_seed(0)
    model, x = Attends().train(), torch.randn(3, 5, 4) if batch_first else torch.randn(5, 3, 4)
    layers = layers_of(model, x)
    assert [layer.title for layer in layers] == [
        "input",
        "attention, attention MultiheadAttention",
        "attention MultiheadAttention",
    ]
    (maps,) = heads_of(layers).values()
    _, expected = model.eval().attention(x, x, x, average_attn_weights=False)  # dropout: of what is shown, none
    np.testing.assert_allclose(maps, expected[0].detach().numpy(), rtol=1e-5)
    assert maps.shape == (2, 5, 5)
    np.testing.assert_allclose(maps.sum(-1), 1, rtol=1e-5)


def test_attention_without_a_batch_has_all_its_heads():
    torch.manual_seed(0)
    (maps,) = heads_of(layers_of(nn.MultiheadAttention(4, 2), (torch.randn(5, 4),) * 3)).values()
    assert maps.shape == (2, 5, 5)


def test_the_mask_of_a_transformer_is_in_its_attention_maps():
    class Decodes(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            layer = nn.TransformerEncoderLayer(8, 4, 16, batch_first=True)
            self.encoder = nn.TransformerEncoder(layer, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.encoder(x, nn.Transformer.generate_square_subsequent_mask(x.shape[1]))

    torch.manual_seed(0)
    heads = heads_of(layers_of(Decodes(), torch.randn(2, 6, 8)))
    assert list(heads) == [f"encoder.layers.{i}.self_attn, attention" for i in range(2)]
    for maps in heads.values():
        assert maps.shape == (4, 6, 6) and (maps[:, *np.triu_indices(6, 1)] == 0).all() and (maps[:, 1, 0] > 0).all()


def test_a_transformer_takes_its_two_inputs_and_looks_from_one_at_the_other():
    torch.manual_seed(0)
    layers = layers_of(nn.Transformer(8, 2, 1, 1, 16), (torch.randn(6, 3, 8), torch.randn(4, 3, 8)))
    assert [layer.title for layer in layers[:2]] == ["input 0", "input 1"]
    assert {name.split(".")[-1]: maps.shape for name, maps in heads_of(layers).items()} == {
        "self_attn, attention": (2, 4, 4),
        "multihead_attn, attention": (2, 4, 6),
    }


def test_an_attention_of_ones_own_is_taken_as_it_is():
    class Own(nn.MultiheadAttention):
        def forward(self, x):
            return super().forward(x, x, x, need_weights=False)[0]

    assert seen(Own(4, 2), torch.ones(5, 1, 4)) == [("input", (1, 5, 4)), ("model Own", (1, 5, 4))]
