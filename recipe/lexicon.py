"""The words of the meetings, English beside Dutch."""

from dataclasses import dataclass

from recipe.numbers import listed


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that is done with a thing."""

    english: str
    english_past: str
    english_participle: str
    dutch: str
    """The infinitive."""
    dutch_participle: str
    dutch_particle: str = ""
    """The part that stands apart: "goed" of goedkeuren, "goed te keuren"."""

    @property
    def dutch_to(self) -> str:
        """The infinitive with "te"."""
        if not self.dutch_particle:
            return f"te {self.dutch}"
        return f"{self.dutch_particle} te {self.dutch.removeprefix(self.dutch_particle)}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """The same in both languages, with its article where it has one."""

    english: str
    dutch: str


def phrases(table: str) -> tuple[Phrase, ...]:
    """One "english | dutch" a line."""
    lines = (line.split("|") for line in table.strip().splitlines())
    return tuple(Phrase(english.strip(), dutch.strip()) for english, dutch in lines)


NAMES = listed(
    "Anna Bram Chen Daan Emma Fatima Jan Lucas Maria Noor Omar Sara Sofie Tom Yusuf"
    " Eva Finn Hugo Ingrid Karim Lars Mila Nadia Pieter Ruben Wim Leila David"
)

DAYS = phrases("""
Monday | maandag
Tuesday | dinsdag
Wednesday | woensdag
Thursday | donderdag
Friday | vrijdag
Saturday | zaterdag
Sunday | zondag
""")

MONTHS = phrases("""
January | januari
February | februari
March | maart
April | april
May | mei
June | juni
July | juli
August | augustus
September | september
October | oktober
November | november
December | december
""")

VERBS = tuple(
    Verb(*(field.strip() for field in line.split("|")))
    for line in """
approve | approved | approved | goedkeuren | goedgekeurd | goed
check | checked | checked | controleren | gecontroleerd
discuss | discussed | discussed | bespreken | besproken
explain | explained | explained | uitleggen | uitgelegd | uit
finish | finished | finished | afronden | afgerond | af
move | moved | moved | verplaatsen | verplaatst
prepare | prepared | prepared | voorbereiden | voorbereid | voor
present | presented | presented | presenteren | gepresenteerd
review | reviewed | reviewed | beoordelen | beoordeeld
send | sent | sent | versturen | verstuurd
share | shared | shared | delen | gedeeld
update | updated | updated | bijwerken | bijgewerkt | bij
translate | translated | translated | vertalen | vertaald
print | printed | printed | afdrukken | afgedrukt | af
order | ordered | ordered | bestellen | besteld
sign | signed | signed | ondertekenen | ondertekend
test | tested | tested | testen | getest
cancel | cancelled | cancelled | annuleren | geannuleerd
write | wrote | written | schrijven | geschreven
""".strip().splitlines()
)

THINGS = phrases("""
the budget | het budget
the contract | het contract
the customer survey | het klantonderzoek
the delivery | de levering
the design | het ontwerp
the hearing loop | de ringleiding
the invoice | de factuur
the meeting room | de vergaderzaal
the microphone | de microfoon
the new planning | de nieuwe planning
the project plan | het projectplan
the report | het verslag
the roadmap | de routekaart
the safety review | de veiligheidscontrole
the schedule | het rooster
the training | de training
the transcript | het transcript
the translation | de vertaling
the warehouse | het magazijn
the website | de website
the agenda | de agenda
the presentation | de presentatie
the proposal | het voorstel
the summary | de samenvatting
the newsletter | de nieuwsbrief
the price list | de prijslijst
the screen | het scherm
the letter | de brief
the building | het gebouw
the software | de software
""")

TEAMS = phrases("""
everyone | iedereen
the board | het bestuur
the finance department | de financiële afdeling
human resources | personeelszaken
the interpreter | de tolk
the new colleague | de nieuwe collega
the sales team | het verkoopteam
the support team | het supportteam
the design team | het ontwerpteam
the customer | de klant
the supplier | de leverancier
the management | de directie
""")

PLACES = phrases("""
the meeting room | de vergaderzaal
the office | het kantoor
the large hall | de grote zaal
the canteen | de kantine
the building | het gebouw
the warehouse | het magazijn
""")

STATES = phrases("""
almost ready | bijna klaar
finished | af
not clear yet | nog niet duidelijk
still missing | nog zoek
too expensive | te duur
very important | heel belangrijk
much too late | veel te laat
out of date | verouderd
better than last year | beter dan vorig jaar
""")

EVENTS = phrases("""
deadline | deadline
meeting | vergadering
release | uitgave
review | beoordeling
appointment | afspraak
workshop | workshop
""")

GREETINGS = phrases("""
Good morning | Goedemorgen
Good afternoon | Goedemiddag
Good evening | Goedenavond
Hello | Hallo
""")

OPENINGS = phrases("""
let us start | laten we starten
shall we begin | zullen we beginnen
thank you for coming | bedankt voor het komen
welcome to the meeting | welkom bij de vergadering
""")

STARTERS = phrases("""
Okay | Oké
No | Nee
Right | Juist
Sorry | Sorry
Well | Nou
Yes | Ja
""")

ANSWERS = phrases("""
I agree | ik ben het ermee eens
I do not agree | ik ben het er niet mee eens
that is a good idea | dat is een goed idee
I am not sure | ik weet het niet zeker
I did not hear that | ik heb dat niet gehoord
I do not know | ik weet het niet
that is not possible | dat is niet mogelijk
there is no time for that | daar is geen tijd voor
""")

ALONE = phrases("""
Yes. | Ja.
No. | Nee.
Okay. | Oké.
Of course. | Natuurlijk.
Not yet. | Nog niet.
Exactly. | Precies.
Maybe tomorrow. | Misschien morgen.
Any questions? | Zijn er vragen?
Thank you. | Dank je wel.
Just a moment please. | Een ogenblik alsjeblieft.
That is right. | Dat klopt.
Let us take a short break. | Laten we even pauzeren.
Let us go on. | Laten we verdergaan.
Is there anything else? | Is er nog iets anders?
Can everyone hear me? | Kan iedereen mij horen?
That was the last question. | Dat was de laatste vraag.
See you next week. | Tot volgende week.
""")
