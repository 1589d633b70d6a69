"""A tiny transformer that translates, from the same layers as the Whisper."""

import math

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from recipe.whisper_shape import Layer, Shape, sinusoids

POSITIONS = 256


class Translator(nn.Module):
    """Encoder and decoder over one shared vocabulary; sources of a batch have one length."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.tokens = nn.Embedding(shape.vocabulary, shape.width)
        nn.init.normal_(self.tokens.weight, std=shape.width**-0.5)
        self.register_buffer("positions", sinusoids(POSITIONS, shape.width))
        self.encoder = nn.ModuleList([Layer(shape, False) for _ in range(shape.encoder_layers)])
        self.encoder_norm = nn.LayerNorm(shape.width)
        self.decoder = nn.ModuleList([Layer(shape, True) for _ in range(shape.decoder_layers)])
        self.decoder_norm = nn.LayerNorm(shape.width)
        self.drop = nn.Dropout(0.05)

    def encode(self, source: Tensor) -> Tensor:
        x = self._embedded(source)
        for layer in self.encoder:
            x, _ = layer(x)
        return self.encoder_norm(x)

    def decode(self, target: Tensor, memory: Tensor) -> Tensor:
        x = self._embedded(target)
        for layer in self.decoder:
            x, _ = layer(x, memory)
        return F.linear(self.decoder_norm(x), self.tokens.weight)

    def _embedded(self, tokens: Tensor) -> Tensor:
        # Scaled, as CTranslate2 does by default: the positions would drown the tokens otherwise.
        placed = self.tokens(tokens) * math.sqrt(self.shape.width)
        placed = placed + self.positions[: tokens.shape[1]]
        return self.drop(
            placed.to(torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32)
        )
