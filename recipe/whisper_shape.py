"""A small Whisper in PyTorch, named so that recipe.conversion finds its parts."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the parts are."""

    vocabulary: int
    width: int = 160
    heads: int = 3
    encoder_layers: int = 3
    decoder_layers: int = 2
    encoder_positions: int = 1500
    decoder_positions: int = 448
    bins: int = 80


class Attention(nn.Module):
    """As Whisper's: keys without bias."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(
        self,
        x: Tensor,
        memory: Tensor | None = None,
        causal: bool = False,
        wants_weights: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Gives the output and, if wanted, the logarithms of the weights, (batch, head, q, k)."""
        batch, length, width = x.shape
        source = x if memory is None else memory

        def split(y: Tensor) -> Tensor:
            return y.view(batch, -1, self.heads, width // self.heads).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(source)), split(self.value(source))
        # PyTorch's fused attention takes twice the time of this on a CPU, backward included.
        scores = q @ k.transpose(-1, -2) * (width // self.heads) ** -0.5
        if causal:
            scores = scores + torch.full((length, length), -math.inf, dtype=scores.dtype).triu(1)
        weights = scores.float().log_softmax(-1) if wants_weights else None
        shares = scores.softmax(-1) if weights is None else weights.exp().to(v.dtype)
        mixed = shares @ v
        return self.out(mixed.transpose(1, 2).reshape(batch, length, width)), weights


class Layer(nn.Module):
    """Encoder or, with attention to the encoder, decoder layer; normed before each part."""

    def __init__(self, shape: Shape, crosses: bool) -> None:
        super().__init__()
        width = shape.width
        self.norm = nn.LayerNorm(width)
        self.attention = Attention(width, shape.heads)
        if crosses:
            self.cross_norm = nn.LayerNorm(width)
            self.cross = Attention(width, shape.heads)
        self.end_norm = nn.LayerNorm(width)
        self.wide = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)

    def forward(
        self, x: Tensor, memory: Tensor | None = None, wants_weights: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        weights = None
        x = x + self.attention(self.norm(x), causal=memory is not None)[0]
        if memory is not None:
            mixed, weights = self.cross(self.cross_norm(x), memory, wants_weights=wants_weights)
            x = x + mixed
        return x + self.narrow(F.gelu(self.wide(self.end_norm(x)))), weights


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's positions of the encoder."""
    half = width // 2
    rates = torch.exp(-math.log(10000) / (half - 1) * torch.arange(half))
    angles = torch.arange(length)[:, None] * rates[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Encoder(nn.Module):
    """(batch, 80, frames) to (batch, frames / 2, width)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.first = nn.Conv1d(shape.bins, width, 3, padding=1)
        self.second = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.register_buffer("positions", sinusoids(shape.encoder_positions, width))
        self.layers = nn.ModuleList([Layer(shape, False) for _ in range(shape.encoder_layers)])
        self.norm = nn.LayerNorm(width)

    def forward(self, features: Tensor) -> Tensor:
        x = F.gelu(self.second(F.gelu(self.first(features)))).transpose(1, 2)
        positions = self.positions[: x.shape[1]]
        x = x + positions.to(x.dtype)
        for layer in self.layers:
            x, _ = layer(x)
        return self.norm(x)


class Decoder(nn.Module):
    """Tokens and the encoder's output to logits."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.tokens = nn.Embedding(shape.vocabulary, width)
        self.positions = nn.Parameter(torch.randn(shape.decoder_positions, width) * 0.01)
        self.layers = nn.ModuleList([Layer(shape, True) for _ in range(shape.decoder_layers)])
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.tokens.weight, std=width**-0.5)

    def forward(
        self, tokens: Tensor, memory: Tensor, weights_of: int = -1
    ) -> tuple[Tensor, Tensor | None]:
        """`weights_of`: the layer whose cross attention is wanted besides; -1: none."""
        x = self.tokens(tokens) + self.positions[: tokens.shape[1]]
        x = x.to(memory.dtype)
        wanted = None
        for index, layer in enumerate(self.layers):
            x, weights = layer(x, memory, wants_weights=index == weights_of)
            wanted = weights if index == weights_of else wanted
        return F.linear(self.norm(x), self.tokens.weight), wanted


class Whisper(nn.Module):
    """The whole, with the encoder's helper that is thrown away after training."""

    def __init__(self, shape: Shape, text_tokens: int) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape)
        self.decoder = Decoder(shape)
        self.helper = nn.Linear(shape.width, text_tokens + 1)
        """CTC over the text tokens; the last is the blank."""
