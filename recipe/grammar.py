"""Sentences of a meeting, in English and Dutch at once, drawn by a seeded generator."""

from collections.abc import Callable
from dataclasses import dataclass

from recipe import lexicon
from recipe.draw import Draw
from recipe.lexicon import Phrase


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing said, in both languages."""

    english: str
    dutch: str

    def text(self, language: str) -> str:
        """In "en" or "nl"."""
        return {"en": self.english, "nl": self.dutch}[language]


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def request(d: Draw) -> Pair:
    who, verb, thing, day = d.name(), d.verb, d.thing, d.of(lexicon.DAYS)
    return Pair(
        f"{who}, can you {verb.english} {thing.english} before {day.english}?",
        f"{who}, kun je {thing.dutch} voor {day.dutch} {verb.dutch}?",
    )


def report(d: Draw) -> Pair:
    who, thing, state = d.name(), d.thing, d.of(lexicon.STATES)
    return Pair(
        f"{who} said that {thing.english} is {state.english}.",
        f"{who} zei dat {thing.dutch} {state.dutch} is.",
    )


def repair(d: Draw) -> Pair:
    who = d.name()
    say = d.of(
        lexicon.phrases("""
Could you please repeat that | Kun je dat alsjeblieft herhalen
Could you speak a little slower | Kun je iets langzamer praten
Could you speak a little louder | Kun je iets harder praten
Could you wait a moment | Kun je even wachten
Could you say that again | Kun je dat nog een keer zeggen
Can you hear me | Kun je mij horen
What do you think of that | Wat vind je daarvan
""")
    )
    return Pair(f"{say.english}, {who}?", f"{say.dutch}, {who}?")


def greeting(d: Draw) -> Pair:
    who = Phrase(*[d.name()] * 2)
    if d.random.random() < 0.35:
        who = d.random.choice([Phrase("everyone", "iedereen"), Phrase("all", "allemaal")])
    hello = d.of(lexicon.GREETINGS[:1] * 3 + lexicon.GREETINGS)
    opening = d.of(lexicon.OPENINGS)
    return Pair(
        f"{hello.english} {who.english}, {opening.english}.",
        f"{hello.dutch} {who.dutch}, {opening.dutch}.",
    )


def promise(d: Draw) -> Pair:
    verb, thing, team = d.verb, d.thing, d.of(lexicon.TEAMS)
    return Pair(
        f"I will {verb.english} {thing.english} with {team.english}.",
        f"Ik zal {thing.dutch} met {team.dutch} {verb.dutch}.",
    )


def spending(d: Draw) -> Pair:
    month, sum_, thing = d.of(lexicon.MONTHS), d.thousands(), d.thing
    return Pair(
        f"Last {month.english} we spent {sum_.english} euros on {thing.english}.",
        f"Afgelopen {month.dutch} hebben we {sum_.dutch} euro aan {thing.dutch} uitgegeven.",
    )


def plan(d: Draw) -> Pair:
    verb, team, month = d.verb, d.of(lexicon.TEAMS), d.of(lexicon.MONTHS)
    return Pair(
        f"Let us {verb.english} that with {team.english} in {month.english}.",
        f"Laten we dat in {month.dutch} met {team.dutch} {verb.dutch}.",
    )


def answer(d: Draw) -> Pair:
    first, rest = d.of(lexicon.STARTERS), d.of(lexicon.ANSWERS)
    return Pair(f"{first.english}, {rest.english}.", f"{first.dutch}, {rest.dutch}.")


def bare_answer(d: Draw) -> Pair:
    if d.random.random() < 0.5:
        alone = d.of(lexicon.ALONE)
        return Pair(alone.english, alone.dutch)
    if d.random.random() < 0.4:
        who = d.name()
        return Pair(f"Thank you, {who}.", f"Dank je wel, {who}.")
    rest = d.of(lexicon.ANSWERS)
    return Pair(f"{capital(rest.english)}.", f"{capital(rest.dutch)}.")


def action(d: Draw) -> Pair:
    who, verb, thing = d.name(), d.verb, d.thing
    return Pair(
        f"The action point for {who} is to {verb.english} {thing.english}.",
        f"Het actiepunt voor {who} is om {thing.dutch} {verb.dutch_to}.",
    )


def appointment(d: Draw) -> Pair:
    event, day, hour = d.of(lexicon.EVENTS), d.of(lexicon.DAYS), d.number(2, 20)
    return Pair(
        f"The next {event.english} is on {day.english} at {hour.english} o'clock.",
        f"De volgende {event.dutch} is op {day.dutch} om {hour.dutch} uur.",
    )


def beginning(d: Draw) -> Pair:
    day, time = d.of(lexicon.DAYS), d.clock()
    return Pair(
        f"On {day.english} we start at {time.english}.",
        f"Op {day.dutch} beginnen we om {time.dutch}.",
    )


def deadline(d: Draw) -> Pair:
    event, date = d.of(lexicon.EVENTS), d.date()
    return Pair(
        f"The {event.english} is on {date.english}.", f"De {event.dutch} is op {date.dutch}."
    )


def questions(d: Draw) -> Pair:
    number, thing = d.number(2, 99), d.thing
    return Pair(
        f"We have {number.english} open questions about {thing.english}.",
        f"We hebben {number.dutch} open vragen over {thing.dutch}.",
    )


def order(d: Draw) -> Pair:
    verb, thing, then, other = d.verb, d.thing, d.verb, d.thing
    return Pair(
        f"We need to {verb.english} {thing.english} and then {then.english} {other.english}.",
        f"We moeten {thing.dutch} {verb.dutch} en daarna {other.dutch} {then.dutch}.",
    )


def who_question(d: Draw) -> Pair:
    verb, thing = d.verb, d.thing
    return Pair(
        f"Who will {verb.english} {thing.english}?", f"Wie gaat {thing.dutch} {verb.dutch}?"
    )


def other_question(d: Draw) -> Pair:
    verb, thing, state = d.verb, d.thing, d.of(lexicon.STATES)
    return d.random.choice(
        [
            Pair(
                f"Why is {thing.english} {state.english}?",
                f"Waarom is {thing.dutch} {state.dutch}?",
            ),
            Pair(
                f"When can we {verb.english} {thing.english}?",
                f"Wanneer kunnen we {thing.dutch} {verb.dutch}?",
            ),
            Pair(f"Where is {thing.english}?", f"Waar is {thing.dutch}?"),
        ]
    )


def on_a_day(d: Draw) -> Pair:
    day, who, verb, thing = d.of(lexicon.DAYS), d.name(), d.verb, d.thing
    return Pair(
        f"On {day.english} {who} will {verb.english} {thing.english}.",
        f"Op {day.dutch} gaat {who} {thing.dutch} {verb.dutch}.",
    )


def done(d: Draw) -> Pair:
    who, verb, thing = d.name(), d.verb, d.thing
    return d.random.choice(
        [
            Pair(
                f"{who} has already {verb.english_participle} {thing.english}.",
                f"{who} heeft {thing.dutch} al {verb.dutch_participle}.",
            ),
            Pair(
                f"Yesterday {who} {verb.english_past} {thing.english}.",
                f"Gisteren heeft {who} {thing.dutch} {verb.dutch_participle}.",
            ),
            Pair(
                f"I have not {verb.english_participle} {thing.english} yet.",
                f"Ik heb {thing.dutch} nog niet {verb.dutch_participle}.",
            ),
        ]
    )


def thought(d: Draw) -> Pair:
    who, verb, thing, month = d.name(), d.verb, d.thing, d.of(lexicon.MONTHS)
    return Pair(
        f"I think that {who} will {verb.english} {thing.english} in {month.english}.",
        f"Ik denk dat {who} {thing.dutch} in {month.dutch} zal {verb.dutch}.",
    )


def condition(d: Draw) -> Pair:
    who, verb, thing, day = d.name(), d.verb, d.thing, d.of(lexicon.DAYS)
    return Pair(
        f"If {who} is not there, we will {verb.english} {thing.english} on {day.english}.",
        f"Als {who} er niet is, zullen we {thing.dutch} op {day.dutch} {verb.dutch}.",
    )


def reason(d: Draw) -> Pair:
    thing, state, day = d.thing, d.of(lexicon.STATES), d.of(lexicon.DAYS)
    return Pair(
        f"Because {thing.english} is {state.english}, we will wait until {day.english}.",
        f"Omdat {thing.dutch} {state.dutch} is, wachten we tot {day.dutch}.",
    )


def asking(d: Draw) -> Pair:
    who, verb, thing = d.name(), d.verb, d.thing
    return Pair(
        f"{who} asked whether we can {verb.english} {thing.english}.",
        f"{who} vroeg of we {thing.dutch} kunnen {verb.dutch}.",
    )


def there(d: Draw) -> Pair:
    number, place, thing = d.number(2, 99), d.of(lexicon.PLACES), d.thing
    return d.random.choice(
        [
            Pair(
                f"There are {number.english} people in {place.english}.",
                f"Er zijn {number.dutch} mensen in {place.dutch}.",
            ),
            Pair(f"There is a mistake in {thing.english}.", f"Er zit een fout in {thing.dutch}."),
        ]
    )


def price(d: Draw) -> Pair:
    thing, number = d.thing, d.number(2, 999)
    return Pair(
        f"{capital(thing.english)} costs {number.english} euros.",
        f"{capital(thing.dutch)} kost {number.dutch} euro.",
    )


def turn(d: Draw) -> Pair:
    who, other = d.name(), d.name()
    return d.random.choice(
        [
            Pair(f"{who} has a question for {other}.", f"{who} heeft een vraag voor {other}."),
            Pair(f"Can everyone hear {who}?", f"Kan iedereen {who} horen?"),
            Pair(f"{who} would like to say something.", f"{who} wil graag iets zeggen."),
        ]
    )


SENTENCES: tuple[Callable[[Draw], Pair], ...] = (
    request, report, repair, greeting, promise, spending, plan, answer, bare_answer, action,
    appointment, beginning, deadline, questions, order, who_question, other_question, on_a_day,
    done, thought, condition, reason, asking, there, price, turn,
)  # fmt: skip
