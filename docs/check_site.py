"""Look through the built site: every link inside it leads somewhere, and no page takes anything from the network.

python docs/check_site.py build/docs

Exits with 1 and a line for each fault. Sphinx has checked the links of the sources by then; this looks at what the
theme and the extensions made of them.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

LOADED = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src", "video": "src"}
"""Elements whose target a browser fetches by itself."""
FROM_THE_NETWORK = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""")


def faults(site: Path) -> Iterator[str]:
    """One sentence for each fault of the site in the folder ``site``."""
    pages = {path.resolve(): BeautifulSoup(path.read_bytes(), "html.parser") for path in site.rglob("*.html")}
    names = {path: {element.get("id") or element.get("name") for element in page(True)} for path, page in pages.items()}
    if not pages:
        yield f"{site} holds no page."
    for path, page in pages.items():
        for element in page(True):
            target = element.get(LOADED.get(element.name, "href"))
            if not target:
                continue
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                if element.name in LOADED and parts.scheme != "data":
                    yield f"{path.relative_to(site)} takes {target} from the network."
                continue
            there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not there.is_file():
                yield f"{path.relative_to(site)} leads to {target}, which is not there."
            elif parts.fragment and there in names and unquote(parts.fragment) not in names[there]:
                yield f"{path.relative_to(site)} leads to {target}, where nothing has that name."
    for path in site.rglob("*.css"):
        if FROM_THE_NETWORK.search(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)} takes something from the network."


if __name__ == "__main__":
    found = list(faults(Path(sys.argv[1]).resolve()))
    print("\n".join(found) or f"{sys.argv[1]}/index.html: every link leads somewhere.")
    sys.exit(bool(found))
