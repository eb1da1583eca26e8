"""How played stories show where they are, and how they are ended."""

from __future__ import annotations

from types import FrameType

import click


def interrupt(_: int, __: FrameType | None) -> None:
    """A signal handler that ends the run as Ctrl-C does."""
    raise KeyboardInterrupt


class Display:
    """Progress with the expected end, on standard error; nothing when the output is JSON or no terminal is there."""

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        self._quiet = quiet
        self._console = Console(stderr=True)
        self._live = self._console.is_terminal and not quiet
        self._said = ""
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._console,
        )
        self._task = self._bar.add_task("Starting", total=1.0)

    def __enter__(self) -> Display:
        if self._live:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def update(self, text: str, share: float) -> None:
        """Say what happens now, and how much is done."""
        if self._live:
            self._bar.update(self._task, description=text, completed=share)
        elif not self._quiet and text.split(":")[0] != self._said.split(":")[0]:
            click.echo(f"{share:4.0%}  {text}", err=True)
        self._said = text

    def end(self) -> None:
        """Stop the display."""
        if self._live:
            self._bar.stop()
            self._live = False
