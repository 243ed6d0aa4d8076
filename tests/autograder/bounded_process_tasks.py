"""Work for `test_bounded_process`: a module of functions that take bytes and yield bytes."""

import os


def doubled(content):
    yield bytes(content)
    yield bytes(content)


def forever(content):
    yield b"begun"
    while True:
        pass


def hungry(content):
    yield b"begun"
    held = bytearray()
    while True:
        held += bytes(2**24)


def dies(content):
    yield b"begun"
    os.kill(os.getpid(), 9)


def wrong(content):
    yield b"begun"
    raise ValueError("of the work's own")


def who(content):
    yield f"{os.getpid()} {os.getppid()}".encode()
