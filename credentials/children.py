"""The only place that starts and stops child processes, so that none is ever left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # what asks a program to stop
PR_SET_PDEATHSIG = 1  # prctl(2)
_prctl = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None


def end_with_parent(stop: signal.Signals = signal.SIGTERM) -> None:
    """Ask Linux to send this process `stop` when its parent dies, however it dies."""
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, int(stop))


@contextlib.contextmanager
def signals_held() -> Iterator[None]:
    """Hold back requests to stop while the block runs, so that no new child gets out of sight."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Child:
    """A process in a group of its own: Ctrl-C in the terminal reaches only us, who stop it."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        keep_open: Sequence[int] = (),
        output: Path | None = None,
        user: str | None = None,
        stop: signal.Signals = signal.SIGTERM,
    ) -> None:
        parent = os.getpid()

        def before_start() -> None:
            end_with_parent(stop)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)  # it would inherit what we hold
            if os.getppid() != parent:  # it died before we asked
                os._exit(1)

        self._stop = stop
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(output.open("ab")) if output else None
            self._process = subprocess.Popen(  # noqa: S603 - our own commands
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **(env or {})},
                cwd=cwd,
                pass_fds=keep_open,
                process_group=0,
                preexec_fn=before_start,
                **({"user": user, "group": user, "extra_groups": []} if user else {}),
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when a signal ended it."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        if self.exit_code is None:
            self._process.send_signal(self._stop)

    def kill(self) -> None:
        """End it and whatever it has started, now."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def stop_all(children: Sequence[Child], *, seconds: float) -> None:
    """Ask all to stop, wait at most so many seconds, then end by force what is left of them."""
    try:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and any(c.exit_code is None for c in children):
            time.sleep(0.02)
    finally:
        for child in children:
            child.kill()
