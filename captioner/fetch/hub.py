"""What a repository of the Hugging Face hub holds; the only file that knows its library."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from captioner.errors import FetchError
from captioner.fetch.asking import OTHERWISE, TIMEOUT_S, parse_wait
from captioner.fetch.partial import Wanted

BUSY = (429, 503)


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository at one commit of it."""

    name: str
    """owner/name"""
    commit: str
    source: str
    """The address of that commit, for people."""
    files: tuple[Wanted, ...]


def list_repository(name: str, is_wanted: Callable[[str], bool]) -> Repository:
    """The files of the public repository `name` that are wanted, with sizes and hashes.

    For a process that does nothing else: it lets this process talk to the hub, which holds from
    the first import of huggingface_hub on. HF_ENDPOINT names another hub. Raises FetchError.
    """
    _let_the_hub_be_asked()
    from huggingface_hub import HfApi, constants, errors

    endpoint = constants.ENDPOINT.rstrip("/")
    hub = urlsplit(endpoint).netloc
    try:
        found = HfApi(token=False).model_info(name, files_metadata=True, timeout=TIMEOUT_S)
        commit = str(found.sha)
        listed = [file for file in found.siblings or () if is_wanted(file.rfilename)]
        return Repository(
            name,
            commit,
            f"{endpoint}/{name}/tree/{commit}",
            tuple(_wanted(endpoint, name, commit, file) for file in listed),
        )
    except errors.HfHubHTTPError as error:
        response = error.response
        raise _refused(hub, name, response.status_code, response.headers) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FetchError(
            "source_failed",
            f"{hub} answers something that is no list of files. If this network has a sign-in page,"
            " open it in a browser first; else try again later.",
        ) from error
    except Exception as error:
        # The library's transport is httpx or httpx2, by version: its errors have no common base.
        raise FetchError(
            "source_unreachable", f"{hub} cannot be reached ({type(error).__name__}): {OTHERWISE}."
        ) from error


def _let_the_hub_be_asked() -> None:
    """The user asked for this download; captioner forbids all others, see captioner/__init__.py."""
    os.environ["HF_HUB_OFFLINE"] = "0"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_XET"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    os.environ["HF_HUB_VERBOSITY"] = "error"


def _wanted(endpoint: str, name: str, commit: str, file: object) -> Wanted:
    path, lfs = str(getattr(file, "rfilename")), getattr(file, "lfs")  # noqa: B009
    return Wanted(
        path=path,
        url=f"{endpoint}/{name}/resolve/{commit}/{quote(path)}",
        size_bytes=getattr(file, "size", None),
        sha256=lfs.sha256 if lfs is not None else "",
        git_sha1="" if lfs is not None else getattr(file, "blob_id", None) or "",
        revision=commit,
    )


def _refused(hub: str, name: str, status: int, headers: object) -> FetchError:
    if status in (401, 403, 404):
        return FetchError(
            "not_at_source", f"{hub} has no public repository {name}: check how it is spelled."
        )
    if status in BUSY:
        wait_s = parse_wait(getattr(headers, "get")("Retry-After"))  # noqa: B009
        when = f"in {max(1, round(wait_s / 60))} minutes" if wait_s else "later"
        return FetchError("source_busy", f"{hub} is too busy (HTTP {status}): try again {when}.")
    return FetchError(
        "source_failed", f"{hub} cannot serve {name} now (HTTP {status}): try again later."
    )
