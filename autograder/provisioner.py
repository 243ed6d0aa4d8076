"""A Jupyter kernel provisioner whose kernels are forks of a warm kernel, for Jupyter's own clients and managers."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerBase

from autograder.warm import Fork, WarmKernel

__all__ = ["WarmKernelManager", "WarmProvisioner"]

PORTS = {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5}
"""Over ipc a port is the last part of a socket's name."""


# Jupyter decides what these methods are given, and for a fork most of it has no meaning.
# ruff: noqa: ARG002


class WarmProvisioner(KernelProvisionerBase):
    """Registered as ``atelier-warm`` in the entry-point group ``jupyter_client.kernel_provisioners``."""

    fork: Fork | None = None

    @property
    def warm(self) -> WarmKernel:
        """The warm kernel that the manager was given."""
        return self.parent.warm  # type: ignore[union-attr]

    @property
    def has_process(self) -> bool:
        """Whether a kernel has been forked and not cleaned up."""
        return self.fork is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Nothing to run: there is no command, only a fork."""
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Fork, and point the manager at the fork's sockets."""
        manager = self.parent
        kernel = {"key": manager.session.key.decode(), "ports": PORTS}
        self.fork = await asyncio.to_thread(self.warm.fork, kernel)
        manager.ip = f"{self.fork.sockets}/k"
        while not all(Path(f"{manager.ip}-{port}").exists() for port in PORTS.values()) and await self.poll() is None:
            await asyncio.sleep(0.005)  # connecting to a socket before it is bound costs ZeroMQ a retry of 100 ms
        self.connection_info = {"transport": "ipc", "ip": manager.ip, "key": manager.session.key, **PORTS}
        self.connection_info["signature_scheme"] = manager.session.signature_scheme
        return self.connection_info

    async def poll(self) -> int | None:
        """None while the kernel lives, else its exit status."""
        return self.fork.ended.result() if self.fork is not None and self.fork.ended.done() else None

    async def wait(self) -> int | None:
        """Wait for the kernel's end."""
        if self.fork is None:
            return None
        return await asyncio.wrap_future(self.fork.ended)

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel."""
        if self.fork is not None:
            self.warm.kill(self.fork, signum)

    async def kill(self, restart: bool = False) -> None:
        """SIGKILL, which ends everything that the kernel started."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """The same as `kill`: a submission has nothing to save."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove what is left of the kernel."""
        if self.fork is not None:
            await asyncio.to_thread(self.warm.forget, self.fork)
            self.fork = None


class WarmKernelManager(AsyncKernelManager):
    """Jupyter's kernel manager, set to fork from ``warm``."""

    def __init__(self, warm: WarmKernel, **kwargs: Any) -> None:
        """``warm`` is shared with other managers."""
        super().__init__(transport="ipc", shutdown_wait_time=0.0, **kwargs)
        self.warm = warm
        for name, port in PORTS.items():
            setattr(self, name, port)
        self._kernel_spec = KernelSpec(
            argv=[],
            display_name="Python 3 (warm)",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": "atelier-warm"}},
        )
