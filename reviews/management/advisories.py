"""Known weaknesses of components, as OSV has them: of PyPI, Go and npm in one question.

Source: https://google.github.io/osv.dev/post-v1-querybatch/
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from urllib.request import Request, urlopen

SOURCE = "https://api.osv.dev"
_SECONDS = 10  # a test that cannot ask should not take longer


class NoSource(Exception):  # noqa: N818 - it says what could not be asked
    """Nothing is known: the source of advisories does not answer, or not as it should."""


def known_advisories(purls: Sequence[str], source: str = SOURCE) -> dict[str, list[str]]:
    """The ids of the advisories of each component that has any. NoSource: nobody could be asked.

    What goes out are the package-urls, and nothing else.
    """
    question = {"queries": [{"package": {"purl": each}} for each in purls]}
    request = Request(  # noqa: S310 - the address is ours, or the caller's
        f"{source}/v1/querybatch",
        data=json.dumps(question).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        # It knows the proxies of the environment.
        with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - as above
            results = json.load(answer)["results"]
        found = {
            purl: sorted(each["id"] for each in result.get("vulns", ()))
            for purl, result in zip(purls, results, strict=True)
        }
    except (OSError, http.client.HTTPException) as error:
        raise NoSource(f"{source} does not answer ({error})") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoSource(f"{source} answers something else than advisories") from error
    return {purl: ids for purl, ids in found.items() if ids}
