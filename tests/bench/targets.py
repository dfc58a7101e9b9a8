"""What should be reached, and whether it is."""

from typing import NamedTuple


class Target(NamedTuple):
    """What is measured, the figure, and what it should be at most; with `least`, at least."""

    words: str
    figure: float
    wanted: float
    least: bool = False

    @property
    def met(self):
        """Whether the figure is what it should be."""
        return self.figure >= self.wanted if self.least else self.figure <= self.wanted


def print_targets(targets):
    """Print each target beside what was measured."""
    for each in targets:
        bound = "at least" if each.least else "at most"
        met = "" if each.met else "   MISSED"
        print(f"{each.words:75} {each.figure:10,.2f}   {bound} {each.wanted:,.2f}{met}")
    print(f"{sum(each.met for each in targets)} of {len(targets)} targets are met.\n", flush=True)
