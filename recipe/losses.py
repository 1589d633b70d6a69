"""What the small Whisper is trained to make small."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

from recipe.batches import Batch
from recipe.examples import IGNORED
from recipe.tokens import TEXT_TOKENS
from recipe.whisper_shape import Whisper

GUIDED_LAYER = 1
GUIDED_HEADS = (0, 1)
"""Of that decoder layer; their attention is pulled to where each word is said."""


@dataclass(slots=True)
class Losses:
    words: torch.Tensor
    helper: torch.Tensor
    frames: torch.Tensor
    guide: torch.Tensor | None


def losses_of(model: Whisper, batch: Batch, is_guided: bool) -> Losses:
    """Cross entropy of the tokens; of the encoder's frames where the times of words are known, and
    else CTC; how far attention is from the words.

    The frames' loss bites at once, where CTC has to find out first which frame says what.
    """
    with torch.autocast("cpu", torch.bfloat16):
        memory = model.encoder(torch.from_numpy(batch.features))
        logits, attention = model.decoder(
            torch.from_numpy(batch.tokens), memory, GUIDED_LAYER if is_guided else -1
        )
        heard = model.helper(memory)
    words = F.cross_entropy(
        logits.float().flatten(0, 1),
        torch.from_numpy(batch.targets).flatten(),
        ignore_index=IGNORED,
    )
    helper = untimed_loss(heard, batch)
    said = torch.from_numpy(batch.frames).flatten()
    frames = F.cross_entropy(heard.float().flatten(0, 1), said, ignore_index=IGNORED)
    if not (said != IGNORED).any():  # a mean over nothing
        frames = heard.new_zeros((), dtype=torch.float32)
    guide = None
    if attention is not None and len(batch.spans):
        guide = guided_loss(attention, torch.from_numpy(batch.spans))
    return Losses(words, helper, frames, guide)


def untimed_loss(heard: torch.Tensor, batch: Batch) -> torch.Tensor:
    """CTC per token of the rows whose words have no times."""
    rows = torch.from_numpy(batch.untimed)
    if not len(rows):
        return heard.new_zeros((), dtype=torch.float32)
    lengths = torch.from_numpy(batch.text_lengths)
    losses = F.ctc_loss(
        heard[rows].float().log_softmax(-1).transpose(0, 1),
        torch.from_numpy(batch.text),
        torch.full((len(rows),), heard.shape[1]),
        lengths,
        blank=TEXT_TOKENS,
        reduction="none",
        zero_infinity=True,
    )
    return losses.sum() / lengths.sum()


def guided_loss(log_weights: torch.Tensor, spans: torch.Tensor) -> torch.Tensor:
    """Mean over positions and guided heads of the cross entropy to "evenly over these frames"."""
    row, position, first, after = spans.unbind(1)
    chosen = log_weights[:, list(GUIDED_HEADS)][row, :, position]  # (spans, heads, frames)
    frames = torch.arange(chosen.shape[-1])
    inside = (frames >= first[:, None]) & (frames < after[:, None])
    share = inside.float() / inside.sum(1, keepdim=True)
    return -(chosen * share[:, None]).sum(-1).mean()
