"""In place of `autograder.pages.rendering`: some texts take for ever, some all memory."""

from autograder.pages.rendered import SHOWN
from autograder.pages.rendering import json


def pieces(content):
    for _, text in json.loads(content.decode()):
        while text.startswith("for ever"):
            pass
        held = bytearray()
        while text == "all memory":
            held += bytes(2**24)
        yield SHOWN + f"<p>{text}</p>".encode()
