from captioner.translate.engine import Translator
from tests.fakes.scripted_translator import ScriptedTranslator


def test_the_scripted_translator_keeps_the_protocol() -> None:
    translator: Translator = ScriptedTranslator(("en", "nl"))
    assert translator.pairs() == {("en", "nl")}
    assert translator.translate(("en", "nl"), ["Good morning."]) == ["nl:Good nl:morning."]
