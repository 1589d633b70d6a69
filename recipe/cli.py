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
    train(chosen.work, shape, course, chosen.seed, chosen.threads)


def train_translators(chosen: argparse.Namespace) -> None:
    """Both translators, one after the other; goes on where it was stopped."""
    from recipe.translating import DIRECTIONS, train_translator

    for source, target in DIRECTIONS:
        train_translator(chosen.work, source, target, chosen.steps, chosen.seed)


def convert_whisper(chosen: argparse.Namespace) -> None:
    """The Whisper in CTranslate2's form, alignment heads chosen on training voices."""
    from recipe.conversion import convert, load_arrays, write_marker
    from recipe.evaluation import choose_heads, training_lines
    from recipe.speech import LANGUAGES

    folder = chosen.out or chosen.work / "demo-en-nl"
    tokenizer = chosen.work / "tokenizer.json"
    arrays, shape = load_arrays(chosen.work / "whisper.pt")
    size = convert(arrays, shape, tokenizer, folder, [(1, 0), (1, 1)])
    write_marker(folder, *chosen.floors)
    print(f"{folder}: {size / 1e6:.1f} MB")
    heard = {code: training_lines(chosen.work, code, 40) for code in LANGUAGES}
    for heads, error_s in choose_heads(folder, heard, layers=2, heads=3):
        print(f"heads {heads}: {error_s * 1000:.0f} ms")


def evaluate_whisper(chosen: argparse.Namespace) -> None:
    """The table of the card: clean and in rooms, both languages, both ways to decode."""
    from recipe.evaluation import table

    for row in table(chosen.work, chosen.weights, chosen.count, chosen.noise_minutes):
        print(row, flush=True)


def make_packages(chosen: argparse.Namespace) -> None:
    """The translators as .argosmodel files, measured on held-out sentences."""
    import tempfile

    from recipe.packages import Package, make_package, measure_package, unpack
    from recipe.parallel import strange_pairs
    from recipe.sentences import held_out_sentences
    from recipe.translating import DIRECTIONS

    print("| | sentences | exact | chrF |\n|---|---|---|---|")
    for source, target in DIRECTIONS:
        if not (chosen.work / f"translator-{source}-{target}.pt").is_file():
            continue
        made = make_package(chosen.work, chosen.out or chosen.work / "packages", source, target)
        with tempfile.TemporaryDirectory() as folder:
            package = Package(unpack(made, Path(folder)))
            sets = {"held out": held_out_sentences(), "names made up": strange_pairs(300)}
            for name, pairs in sets.items():
                figures = measure_package(package, pairs, source, target)
                print(
                    f"| {source} to {target}, {name} | {figures.sentences} |"
                    f" {figures.exact:.1%} | {figures.chrf:.4f} |"
                )
                for wanted, written in figures.slips[: chosen.slips]:
                    print(f"    {wanted} | {written}")


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m recipe", description=__doc__)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--work", type=Path, default=Path("out/recipe"), help="where all of it goes"
    )
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
    step.add_argument("--steps", type=int, default=17_000)
    step.add_argument("--clean-until", type=int, default=3_000)
    step.add_argument("--guided-from", type=int, default=0)
    step.add_argument("--threads", type=int, default=2, help="beside that which makes the examples")
    step.add_argument("--width", type=int, default=192)
    step.add_argument("--encoder-layers", type=int, default=4)
    step = steps.add_parser("translators", parents=[shared], help=train_translators.__doc__)
    step.set_defaults(run=train_translators)
    step.add_argument("--steps", type=int, default=1_500)
    step = steps.add_parser("convert", parents=[shared], help=convert_whisper.__doc__)
    step.set_defaults(run=convert_whisper)
    step.add_argument("--out", type=Path, help="folder of the weights; else demo-en-nl in --work")
    step.add_argument(
        "--floors",
        type=float,
        nargs=3,
        default=(5, 10, 1),
        metavar=("PARTIAL_S", "FINAL_S", "MARGIN_S"),
        help="how short windows may be, as `captioner bench windows` has measured it",
    )
    step = steps.add_parser("evaluate", parents=[shared], help=evaluate_whisper.__doc__)
    step.set_defaults(run=evaluate_whisper)
    step.add_argument("weights", type=Path)
    step.add_argument("--count", type=int, default=150, help="held-out lines for each language")
    step.add_argument("--noise-minutes", type=float, default=10)
    step = steps.add_parser("packages", parents=[shared], help=make_packages.__doc__)
    step.set_defaults(run=make_packages)
    step.add_argument("--out", type=Path, help="folder of the packages; else packages in --work")
    step.add_argument("--slips", type=int, default=3, help="show so many that came out wrong")
    return parser


def main() -> int:
    chosen = make_parser().parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    chosen.run(chosen)
    return 0
