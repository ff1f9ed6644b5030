"""What of the catalogue counts as shown: `python3 -m unittest tests/live/test_catalogue.py`."""
from __future__ import annotations

import contextlib
import io
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import catalogue  # noqa: E402

COMMANDS = {
    "old": {"argv": {"flat": ["houmao-mgr", "old"]}, "flat_until": "0.8.0"},
    "new": {"argv": {"flat": ["houmao-mgr", "new"], "scoped": ["houmao-mgr", "new"]}, "flat_since": "0.8.0"},
}


class Shown(unittest.TestCase):
    """Each line of releases that a command claims needs a release."""

    def wrong(self, shown: dict) -> list[str]:
        """The lines that were shown to nobody."""
        tally = catalogue.Tally()
        with contextlib.redirect_stdout(io.StringIO()):
            catalogue.check_shown(COMMANDS, shown, tally)
        return [row["what"] for row in tally.rows if row["wrong"]]

    def test_a_release_of_each_line_is_enough(self) -> None:
        shown = {("old", "flat"): ["0.4.2"], ("new", "flat"): ["0.8.3"], ("new", "scoped"): ["2.4.0"]}
        self.assertEqual(self.wrong(shown), [])

    def test_a_line_that_nobody_saw_fails(self) -> None:
        shown = {("old", "flat"): ["0.4.2"], ("new", "scoped"): ["2.4.0"]}
        self.assertEqual(self.wrong(shown), ["new [flat] is shown to a release of 0.8.0 up to 1.0.0"])

    def test_a_release_of_another_line_is_not_enough(self) -> None:
        shown = {("old", "flat"): ["0.4.2"], ("new", "flat"): ["0.4.2"], ("new", "scoped"): ["2.4.0"]}
        self.assertEqual(self.wrong(shown), ["new [flat] is shown to a release of 0.8.0 up to 1.0.0"])


class WrittenOut(unittest.TestCase):
    """What rules write out themselves is found."""

    def found(self, rule: dict) -> list[list[str]]:
        """The argvs of one rule."""
        return [argv for _, argv in catalogue.inline({"r": rule})]

    def test_a_command_between_backticks_and_one_at_the_end(self) -> None:
        steps = [{"do": "Run it with `env -u NAME` in front"}, {"do": "Look at it: ps -ww -p PID"}, {"do": "Look: twice"}, {"use": "look-again"}]
        self.assertEqual(self.found({"remedies": steps}), [["env", "-u", "NAME"], ["ps", "-ww", "-p", "4711"]])

    def test_the_argv_of_a_do_not(self) -> None:
        self.assertEqual(self.found({"do_not": [{"argv": ["tmux", "kill-window", "-t", "..."]}, {"use": "stop"}]}), [["tmux", "kill-window", "-t", "x"]])


if __name__ == "__main__":
    unittest.main()
