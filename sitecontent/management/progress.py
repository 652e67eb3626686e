"""A progress bar for commands: on a terminal only, as a log has no use for one."""

from functools import partial
from typing import Any

from django.core.management.base import OutputWrapper

WIDTH = 30


class ProgressBar:
    """Draws how far a command has come. Call it with what is done and of how many."""

    def __init__(self, stream: Any, label: str) -> None:
        self.stream = stream
        # A command's own stream ends every message with a new line, and a bar stays on its line.
        is_wrapped = isinstance(stream, OutputWrapper)
        self.write = partial(stream.write, style_func=str, ending="") if is_wrapped else stream.write
        self.label = label
        self.is_shown = bool(getattr(stream, "isatty", bool)())
        self._shown = -1

    def __call__(self, done: int, everything: int) -> None:
        """Draw the bar anew when it has moved by a hundredth, and end the line when all is done."""
        percent = 100 if not everything else done * 100 // everything
        if not self.is_shown or percent == self._shown:
            return
        self._shown = percent
        filled = percent * WIDTH // 100
        self.write(f"\r{self.label} [{'#' * filled}{'.' * (WIDTH - filled)}] {percent:3d} %")
        if done >= everything:
            self.write("\n")
        self.stream.flush()
