"""What each role may call on the host's listener: every route stands here, or it does not exist."""

from collections.abc import Mapping

from captioner.server.hosts import Role

_MEETING = "/api/meetings/{id}"
_CHANNEL = _MEETING + "/channels/{channel:int}"
_UTTERANCE = _MEETING + "/utterances/{utterance}"

FOR_HELPERS = frozenset(
    {
        "GET /",
        "GET /api/meetings",
        f"GET {_MEETING}",
        f"GET {_MEETING}/languages",
        f"WS {_MEETING}/events",
        f"PATCH {_UTTERANCE}",
    }
)
"""Read along and correct lines."""

FOR_HOSTS = frozenset(
    {
        "GET /metrics",
        "GET /api/devices",
        "WS /api/devices/levels",
        "POST /api/devices/language",
        "GET /api/weights",
        "GET /api/palette",
        "GET /api/languages",
        "GET /api/rooms",
        "DELETE /api/rooms/{name:path}",
        "GET /api/check",
        "GET /api/check/pings",
        "POST /api/check/pings",
        "GET /api/check/qr.svg",
        "POST /api/check/engine",
        f"GET {_MEETING}/preview",
        f"GET {_MEETING}/statistics",
        "GET /api/record",
        "POST /api/meetings",
        f"DELETE {_MEETING}",
        f"POST {_MEETING}/end",
        f"POST {_MEETING}/resume",
        f"POST {_MEETING}/pause",
        f"POST {_MEETING}/private",
        f"POST {_MEETING}/topics",
        f"PATCH {_MEETING}/topics/{{topic}}",
        f"DELETE {_MEETING}/topics/{{topic}}",
        f"POST {_MEETING}/channels",
        f"PATCH {_CHANNEL}",
        f"DELETE {_CHANNEL}",
        f"POST {_CHANNEL}/swap",
        f"DELETE {_CHANNEL}/utterances",
        f"GET {_CHANNEL}/qr.svg",
        f"DELETE {_UTTERANCE}",
        f"DELETE {_MEETING}/messages/{{message}}",
        "GET /api/models",
        "GET /api/models/offers",
        "GET /api/models/errand",
        "POST /api/models/errand",
        "DELETE /api/models/errand",
        "DELETE /api/models/{name:path}",
        f"GET {_MEETING}/transcript.{{ending}}",
        f"GET {_MEETING}/qr.svg",
        "POST /api/transcripts",
        "POST /api/transcripts/transcript.{ending}",
        "GET /api/hosts",
        "POST /api/hosts/invitations",
        "GET /api/hosts/invitations/{token}/qr.svg",
        "DELETE /api/hosts/{seat}",
    }
)

FOR_ALL = frozenset(
    {
        "GET /healthz",
        "GET /join/{token}",
        "POST /join/{token}",
        "GET /mic/{token}",
        "GET /mic/{token}/card",
        "PATCH /mic/{token}/card",
        "WS /mic/{token}/events",
        f"WS {_CHANNEL}/audio",
        "GET /trust",
        "GET /trust/captioner.crt",
        "GET /trust/card",
        "GET /assets/{path:path}",
    }
)
"""No key is asked for: they tell nothing, or ask for a token of their own."""

LEAST: Mapping[str, Role] = {
    **dict.fromkeys(FOR_HELPERS, Role.HELPER),
    **dict.fromkeys(FOR_HOSTS, Role.HOST),
}
"""The least role for each call that needs a key, as `METHOD path`."""


def may(role: Role, call: str) -> bool:
    """Whether a role may make this call; one that is not in the table nobody may."""
    least = LEAST.get(call)
    return least is not None and (role is Role.HOST or least is Role.HELPER)
