from captioner.server.translating import Translations
from captioner.service.translating import MeetingTranslations
from captioner.service.translators import Translators
from tests.fakes.sample_meeting import started
from tests.fakes.scripted_translator import QuietTranslations


async def test_the_service_and_the_fake_keep_the_protocol() -> None:
    meeting = started()
    real = MeetingTranslations(meeting, Translators.none(), lambda command: command(0.0), float)
    given: list[Translations] = [QuietTranslations(), real]
    for translations in given:
        with translations.follow(["nl"]):
            assert translations.pairs() == frozenset()
            assert translations.problem() is None
            translations.ask("nl", [])
            assert await translations.complete("nl") == ""
        assert translations.load().made == 0
