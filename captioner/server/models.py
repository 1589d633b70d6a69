"""The host's calls on weights and translation packages: what is here, what can be fetched."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from captioner.errors import WireError
from captioner.server.depot import Depot, Errand, ErrandKind
from captioner.server.pages import read_body

_LONGEST_NAME = 4096


class ModelEndpoints:
    """For the host listener."""

    def __init__(self, depot: Depot) -> None:
        self._depot = depot

    def routes(self, route: Callable[..., Route]) -> list[Route]:
        """All of them, each made by `route`, which asks for the host key."""
        return [
            route("/api/models", self.stock),
            route("/api/models/offers", self.offers),
            route("/api/models/errand", self.errand),
            route("/api/models/errand", self.begin, "POST"),
            route("/api/models/errand", self.cancel, "DELETE"),
            route("/api/models/{name:path}", self.remove, "DELETE"),
        ]

    async def stock(self, _: Request) -> Response:
        """What is here, with its card, and which sizes this machine can hold."""
        stock = await asyncio.to_thread(self._depot.stock)
        body = asdict(stock)
        body["half_fetched"] = [{"name": name, "bytes": here} for name, here in stock.half_fetched]
        return JSONResponse(body)

    async def offers(self, _: Request) -> Response:
        """What the Argos index has; it is asked now."""
        offers = await asyncio.to_thread(self._depot.offers)
        return JSONResponse({"packages": [asdict(offer) for offer in offers]})

    async def errand(self, _: Request) -> Response:
        """How far the latest errand is."""
        return _errand_response(self._depot.errand())

    async def begin(self, request: Request) -> Response:
        """Fetch, take in, check or measure."""
        kind, name = parse_errand(await read_body(request))
        return _errand_response(await self._depot.begin(kind, name), 202)

    async def cancel(self, _: Request) -> Response:
        """Stop what goes on."""
        await self._depot.cancel()
        return _errand_response(self._depot.errand())

    async def remove(self, request: Request) -> Response:
        """Delete weights or a package."""
        await self._depot.remove(request.path_params["name"])
        return Response(status_code=204)


def parse_errand(body: bytes) -> tuple[ErrandKind, str]:
    """The body of POST /api/models/errand. Raises WireError."""
    try:
        fields = json.loads(body)
        kind, name = ErrandKind(fields["kind"]), fields.get("name", "")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise WireError("bad_message", f"kind must be one of {', '.join(ErrandKind)}.") from None
    if not isinstance(name, str) or len(name) > _LONGEST_NAME or "\0" in name:
        raise WireError("bad_message", "name must be a text.")
    if not name.strip() and kind in (ErrandKind.PULL, ErrandKind.IMPORT):
        raise WireError("bad_message", "Say what is to be fetched or taken in.")
    return kind, name.strip()


def _errand_response(errand: Errand | None, status: int = 200) -> JSONResponse:
    return JSONResponse({"errand": asdict(errand) if errand is not None else None}, status)
