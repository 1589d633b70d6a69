"""How a phone comes to trust this computer: the authority's certificate, and a page that helps."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from captioner.errors import CertificateError
from captioner.server.desk import Desk
from captioner.server.pages import PageFolder, error_response

FILE_NAME = "captioner.crt"


class TrustEndpoints:
    """The same on every listener: what is here is public.

    Over plain HTTP somebody in the network could hand out another certificate. That is why the page
    asks to compare the fingerprint with the one on the computer itself.
    """

    def __init__(self, desk: Desk, pages: PageFolder) -> None:
        self._desk = desk
        self._pages = pages

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/trust", self.page),
            Route("/trust/card", self.card),
            Route(f"/trust/{FILE_NAME}", self.certificate),
        ]

    async def page(self, _: Request) -> Response:
        """The page; without an authority it says so itself."""
        return self._pages.page("trust/index.html")

    async def card(self, _: Request) -> Response:
        """What there is to compare."""
        offer = self._desk.authority()
        if offer is None:
            return _nothing()
        return JSONResponse(
            {"name": offer.name, "fingerprint": offer.fingerprint, "ends": offer.ends}
        )

    async def certificate(self, _: Request) -> Response:
        """The authority's certificate, in the form and with the type that phones take in."""
        offer = self._desk.authority()
        if offer is None:
            return _nothing()
        headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
        return Response(offer.der, headers=headers, media_type="application/x-x509-ca-cert")


def _nothing() -> Response:
    return error_response(
        CertificateError(
            "no_certificate",
            "There is nothing to trust here: the host has not run `captioner cert init`, or uses"
            " a certificate that phones know already.",
        )
    )
