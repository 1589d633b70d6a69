"""Words that are never taken for a misheard name: the commonest of a language, and those that sound
like somebody's name. No dictionary: what is not in here may still be an ordinary word."""

_ENGLISH = """
a about above across act action actually add after again against age agenda ago agree ahead air
all allow almost alone along already also although always am among an and annual another answer
any anybody anyone anything anyway april are area around art as ask asked at attention august
available away back bad baker be bear because become been before began begin behind being believe
below best better between beyond big bill bit black blue board body book born both bottom bring
brought brown budget build building business but buy by call called came can cannot car card care
carry case cash cat caught cause certain chain chair chance change chat cheap check child children
chin choice choose city class clear close coffee cold colleague come coming common company
complete computer concern condition consider contract control cook correct cost could country
couple course cover customer cut daily dark data date dawn day days dead deal dear december decide
decision deep den department design did difference different difficult dinner discuss do doctor
does dog doing don't done door double down draft draw drew drive drop due during each early easy
eat effect eight either else email end enough enter even evening ever every everybody everyone
everything exactly example except expect explain eye face fact fair faith fall family far fast
father favour february feel feet felt few field figure file fill final finance find fine finger
finish fire first fish five floor follow food foot for force form forward found four frank free
friday friend from front full fun further gave gene general get gift girl give given glad go goes
going gold gone good got grace grant gray great green grey ground group grow guess had hair half
hall hand hands happen happy hard hardly has have having he head health hear heard heart heat
heavy held help hence her here hers herself high him himself his hold home honest hope hospital
hot hotel hour hours house how however human hundred hurry i idea if immediately important in
include increase indeed inside instead interest interpreter into invoice is issue it item its
itself jack january jean job join joy july jump june just keep kept key kind kitchen knew know
known lady land language large last late later laugh law lead leader learn least leave led left
leg less let letter level lie life light like likely line list listen little live local long look
looking loop lose lost lot love low luck lunch made main make man manager many march mark market
marry matter may maybe me mean means meant meet meeting member men merry message met middle might
mile mind mine minute minutes miss mister moment monday money month more morning most mother mouth
move much music must my myself name near nearly need neither never new news next nice night nine
no nobody none nor normal north not note nothing notice november now number october of off offer
office often oh oil okay old on once one only open opinion or order other others otherwise ought
our ours out outside over own page paid paper parent parker part party pass past pat pay people
per percent perhaps person phone pick piece place plan play please point poor position possible
power prepare present press price private probably problem project proposal public pull push put
quality quarter question questions quick quickly quiet quite ran rate rather ray read ready real
really reason receive red remain remember report rest result return review rich right ring rise
river road rob room rose round row rule run safe said sail salary same sat saturday save saw say
says school sea season seat second see seem seen sell send sense sent september serious service
set seven several shall share she shin ship shoe shop short should show shut side sign simple
since single sir sister sit six size sky sleep slow slower slowly small smile snow so soft some
somebody someone something sometimes son song soon sorry sort sound south space speak special
spend spent spoke spring staff stage stand star start started state station stay step still stone
stood stop store story straight street strong student study stuff such sudden sue summer sun
sunday sunny sure table tailor take taken talk tall task taste taught tax teach team tell ten term
test than thank thanks that the their them themselves then there therefore these they thing things
think third this those though thought thousand three through throw thursday thus time times tired
to today together told tomorrow tonight too took top total touch toward town trade train training
travel tree tried trip trouble true try tuesday turn twelve twenty two type under understand unit
until up upon us use used useful usual usually value very view visit voice vote wait walk wall
want war warm was wash watch water way we wear weather wednesday week weekend weeks well went were
west what whatever when where whether which while white who whole whom whose why wide wife will
win wind window wine winter wish with within without woman women won won't wonder wood word words
work worked worker working works world worry worse worst worth would write written wrong wrote
yard year years yellow yes yesterday yet you young your yours yourself zero
"""

_DUTCH = """
aan aandacht aantal ach achter achttien af afdeling afgelopen afspraak al alle alleen alles als
alsjeblieft altijd ander andere anders antwoord april augustus auto avond baan baas bakker bang
banken bedankt bedoel bedrijf been beetje begin beginnen begrijp begroting behalve beide bekend
belangrijk bellen ben beneden bent bericht beslissing besluit best beste betalen beter bezig bij
bijna bijvoorbeeld binnen blauw blij blijf blijft blijven boek boer boom boven breed brengen broer
bruin buiten daar daarna daarom dag dagen dan dank dat de december deel denk denken der deur deze
dezelfde dicht die dik ding dingen dinsdag dit doe doel doen doet donderdag door dorp draaien drie
duidelijk duizend dus duur echt een eens eer eerder eerlijk eerst eerste eigen eigenlijk einde elf
elk elke en enkele er erg ergens even extra februari feit fiets fijn flink gaan gaat gang gebruik
gedaan geef geen gehad geld geleden gelijk geloof genoeg gesprek geven geweest gewoon gezegd
gezien ging glas goed goede goedemorgen graag groen groep groot grote haar had hadden halen half
hallo hand hangt hard heb hebben hebt heeft heel heet helemaal helpen hem hen herfst het hier hij
hoe hoeft hoeveel hoog hoor hoort horen houden houdt huis hun iedereen iemand iets ijs ik in
inderdaad is ja jaar jammer jan januari jaren jas je jij jong jou jouw juist juli jullie juni
kaart kamer kan kans kant kapper keer ken kennen keuken kiezen kijk kijken kind kinderen klaar
klant klein kleine kleur koffie koken kom komen komt kon konden koning koop kop kort kosten koud
krijg krijgen krijgt kunnen kunt kwam kwart laat laatst laatste land lang langs langzamer laten
later lees leven lezen licht lief liever liggen ligt lijkt lijst links loopt lopen los maak maakt
maal maan maand maandag maanden maar maart maken makkelijk man manier me mee meeluisteren meer
meest meeste mei mens mensen met meteen middag mij mijn minder minuten misschien mocht moeder
moeilijk moest moet moeten mogelijk mogen molen mooi morgen muis na naam naar naast nacht nadat
namelijk nee neem nemen nergens net niemand niet niets nieuw nieuwe nodig nog nooit november nu
nummer of offerte ofwel oktober om omdat onder ongeveer ons onze ook oom op opeens open opnieuw
oud oude over overal overleg paar pas plaats plan plek praat praten precies prijs probeer probleem
project punt raad recht rechts rekening rest rijden rond rood rustig samen school sinds slecht
slechts smit snel soms soort spreek spreken staan staat stad steeds stel stem straat straks stuk
sturen stuur tafel te tegen ten ter terug terwijl thuis tien tijd tijdens toch toe toen tot
trouwens tussen twaalf twee tweede u uit uitleggen uur vaak vader van vanaf vandaag vanmiddag
vanmorgen vanuit vast veel ver verder vergadering vergeten verhaal verkeerd verschil verslag
verstaan vertel vertellen via vier vijf vind vinden vindt visser vond voor vooral voorbeeld
voorstel voort vorige vraag vragen vriend vrij vrijdag vroeg vrouw waar waarom wacht wachten
wanneer want waren was wat water we week weer weet weg weken wel welke wens werd werden werk
werken weten wie wij wil wilde willen winkel winter wist wit woensdag woord woorden word worden
wordt zaak zacht zag zal zaterdag ze zee zeer zeg zeggen zegt zei zeker zelf zelfs zes zet zeven
zich zien ziet zij zijn zin zo zoals zoek zoeken zomer zon zondag zonder zorg zou zouden zullen
zus zwaar zwart
"""

_WORDS = {"en": frozenset(_ENGLISH.split()), "nl": frozenset(_DUTCH.split())}

_ALL = frozenset().union(*_WORDS.values())


def ordinary_words(language: str) -> frozenset[str]:
    """In small letters; of a language that nobody has listed, all that there are."""
    return _WORDS.get(language, _ALL)
