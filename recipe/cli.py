"""One command for each step of the recipe: `python -m recipe STEP --work FOLDER`."""

import argparse
import multiprocessing
from collections.abc import Callable
from pathlib import Path

SEED = "captioner 1"


def write_speech(chosen: argparse.Namespace) -> None:
    """Sentences and their sound: training and held out, a process for each language."""
    from recipe import speech

    folder = chosen.work / "speech"
    jobs: list[tuple[Callable[..., str], int, str]] = [
        (speech.write_held_out, chosen.held_out, language) for language in speech.LANGUAGES
    ] + [(speech.write_training, chosen.sentences, language) for language in speech.LANGUAGES]
    # A new process for each: espeak-ng remembers voices, and the same seed must sound the same.
    with multiprocessing.get_context("spawn").Pool(chosen.processes, maxtasksperchild=1) as pool:
        running = [
            pool.apply_async(write, (folder, language, count, chosen.seed))
            for write, count, language in jobs
        ]
        for job in running:
            print(job.get(), flush=True)


def write_rooms(chosen: argparse.Namespace) -> None:
    """Impulse responses of simulated rooms: for training, and others for evaluation."""
    from recipe.rooms import write_rooms

    print(write_rooms(chosen.work / "rooms.npz", chosen.seed))
    print(write_rooms(chosen.work / "held-out-rooms.npz", f"{chosen.seed} held out", 40, 20))


def write_tokens(chosen: argparse.Namespace) -> None:
    """The tokenizer, learnt from the training sentences of both languages."""
    from recipe.speech import LANGUAGES, training_texts
    from recipe.tokens import train_tokenizer

    texts = [text for code in LANGUAGES for text in training_texts(code, 9000, chosen.seed)]
    train_tokenizer(texts).save(str(chosen.work / "tokenizer.json"))


def train_whisper(chosen: argparse.Namespace) -> None:
    """The Whisper; the same command goes on where it was stopped."""
    from recipe.training import Course, train

    shape = {"width": chosen.width, "encoder_layers": chosen.encoder_layers}
    course = Course(chosen.steps, chosen.clean_until, chosen.guided_from)
    train(chosen.work, shape, course, chosen.seed)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m recipe", description=__doc__)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--work", type=Path, default=Path("out/recipe"), help="where all of it goes")
    shared.add_argument("--seed", default=SEED)
    steps = parser.add_subparsers(required=True, metavar="STEP")
    for name, run in {"speech": write_speech, "rooms": write_rooms, "tokens": write_tokens}.items():
        step = steps.add_parser(name, parents=[shared], help=run.__doc__)
        step.set_defaults(run=run)
        if name == "speech":
            step.add_argument("--sentences", type=int, default=9000, help="for each language")
            step.add_argument("--held-out", type=int, default=300, help="for each language")
            step.add_argument("--processes", type=int, default=2)
    step = steps.add_parser("train", parents=[shared], help=train_whisper.__doc__)
    step.set_defaults(run=train_whisper)
    step.add_argument("--steps", type=int, default=10_000)
    step.add_argument("--clean-until", type=int, default=2_000)
    step.add_argument("--guided-from", type=int, default=3_000)
    step.add_argument("--width", type=int, default=192)
    step.add_argument("--encoder-layers", type=int, default=4)
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    chosen.run(chosen)
    return 0
