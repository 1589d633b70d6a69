"""Simulated rooms: impulse responses from a mouth to a microphone, near or far (bleed)."""

import random
from pathlib import Path

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]
RATE = 16_000
LONGEST_S = 0.4
"""Responses are cut here: 60 dB down in the dry rooms, faded in the live ones."""


def impulse_response(chance: random.Random, distance_m: float) -> Sound:
    """Of a random room of 3 to 8 m, RT60 0.15 to 0.6 s; its loudest sample is 1 and comes first."""
    import pyroomacoustics

    size_m = [chance.uniform(3.5, 8.0), chance.uniform(3.0, 6.5), chance.uniform(2.5, 3.2)]
    rt60_s = chance.uniform(0.15, 0.6)
    while True:
        try:
            absorption, order = pyroomacoustics.inverse_sabine(rt60_s, size_m)
            break
        except ValueError:  # a room that large cannot be that dry
            rt60_s += 0.05
    room = pyroomacoustics.ShoeBox(
        size_m, fs=RATE, materials=pyroomacoustics.Material(absorption), max_order=min(order, 17)
    )
    mouth = np.array([chance.uniform(0.3, 0.7) * edge for edge in size_m[:2]] + [1.2])
    angle = chance.uniform(0, 2 * np.pi)
    along = np.array([np.cos(angle), np.sin(angle), chance.uniform(-0.4, 0.0)]) * distance_m
    corner = np.array(size_m) - 0.1
    room.add_source(mouth)
    room.add_microphone(np.clip(mouth + along, 0.1, corner))
    room.compute_rir()
    response = np.asarray(room.rir[0][0], np.float32)
    peak = int(np.abs(response).argmax())
    response = response[max(0, peak - 8) :][: round(LONGEST_S * RATE)]
    fade = len(response) // 4
    response[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return np.asarray(response / np.abs(response).max(), np.float32)


def write_rooms(file: Path, seed: str, near: int = 160, far: int = 60) -> str:
    """`near` responses of 0.1 to 1 m and `far` of 1 to 3 m, of one length."""
    chance = random.Random(seed)
    table = np.zeros((near + far, round(LONGEST_S * RATE)), np.float32)
    for index in range(near + far):
        is_near = index < near
        distance_m = chance.uniform(0.1, 0.6 if chance.random() < 0.7 else 1.0)
        response = impulse_response(chance, distance_m if is_near else chance.uniform(1.0, 3.0))
        table[index, : len(response)] = response
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez(file, near=table[:near], far=table[near:])
    return f"{near} near and {far} far impulse responses"
