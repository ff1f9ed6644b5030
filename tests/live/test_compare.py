"""The judge of the conformance run must notice every kind of wrong prediction, and accept the right one."""
import copy
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import conformance  # noqa: E402
import reality  # noqa: E402
from observe import Look  # noqa: E402
from reality import Reality  # noqa: E402
from releases import Answer  # noqa: E402


def pane(window: str, pid: int) -> dict:
    return {"window_id": window, "pane_pid": str(pid), "pane_dead": "0", "session_name": "gpu", "pane_id": "%" + window[1:]}


# Window @0: the agent (10). Window @1: a shell (20) that runs the gateway (21) and its `tee` (22). 30: a bystander.
BEFORE = Look([pane("@0", 10), pane("@1", 20)], {}, {}, {10: "claude", 20: "bash", 21: "gateway_service", 22: "tee", 30: "sleep"})
PARENTS = {10: 1, 20: 1, 21: 20, 22: 20, 30: 1}


def said(**changes) -> dict:
    return {"verdict": "will_work", "exit_code": 0, "error": None, "missing": [], "effects": []} | changes


def kills(target: str, harm: bool = False, kind: str = "kills_window") -> dict:
    return {"kind": kind, "target": target, "detail": "", "harm": harm}


def wrong(prediction: dict, real: Reality, auto_port: bool = False) -> list[str]:
    return conformance.disagreements(copy.deepcopy(prediction), real, BEFORE, PARENTS, auto_port)


class Judge(unittest.TestCase):
    def test_right_predictions_stand(self):
        gateway_window = Reality(0, None, False, ["@1"], [20, 21, 22])
        self.assertEqual(wrong(said(effects=[kills("@1")]), gateway_window), [])
        self.assertEqual(wrong(said(effects=[kills("21", kind="signals_process")]), gateway_window), [])
        agent = Reality(0, None, False, ["@0"], [10], ["window @0"])
        self.assertEqual(wrong(said(verdict="would_harm", effects=[kills("@0", True)]), agent), [])

    def test_each_wrong_point_is_told(self):
        nothing = Reality(0, None, False)
        failed = Reality(1, "no such thing", False)
        agent = Reality(0, None, False, ["@0"], [10], ["window @0"])
        bystander = Reality(0, None, False, [], [30], ["process 30"])
        for prediction, real, word in (
            (said(exit_code=1), nothing, "exit code"),
            (said(exit_code=1, error="no such thing."), failed, "error text"),
            (said(verdict="cannot_tell"), nothing, "cannot_tell"),
            (said(effects=[kills("@1")]), nothing, "to be killed and lives"),
            (said(effects=[kills("30", kind="signals_process")]), nothing, "to be signalled and lives"),
            (said(), agent, "killed and not foretold"),
            (said(), bystander, "not foretold"),
            (said(verdict="would_harm", effects=[kills("@0", False)]), agent, "harm:"),
            (said(effects=[kills("@0", True)]), agent, "verdict"),
        ):
            with self.subTest(word):
                self.assertTrue(any(word in told for told in wrong(prediction, real)), wrong(prediction, real))

    def test_a_port_is_only_forgiven_when_the_kernel_picks_it(self):
        real = Reality(1, "listener 127.0.0.1:40001 is already in use.", False)
        prediction = said(verdict="will_fail", exit_code=1, error="listener 127.0.0.1:40002 is already in use.")
        self.assertEqual(wrong(prediction, real, auto_port=True), [])
        self.assertTrue(wrong(prediction, real))


class ErrorText(unittest.TestCase):
    def test_each_way_houmao_fails(self):
        trace = "Traceback (most recent call last):\n  File x\n    raise E\npkg.mod.SomeError: two: words\nand a line\n"
        for answer, text in (
            (Answer(0, "fine", ""), None),
            (Answer(1, "", "Error: it broke.\nCandidates:\n- one\n"), "it broke.\nCandidates:\n- one"),
            (Answer(2, "", "Usage: houmao-mgr x\nTry 'y'.\n\nError: No such option: --z\n"), "No such option: --z"),
            (Answer(1, "", trace), "two: words\nand a line"),
            (Answer(1, "", "Traceback (most recent call last):\n  File x\nAssertionError\n"), ""),
        ):
            self.assertEqual(reality.error_text(answer)[0], text)


if __name__ == "__main__":
    unittest.main()
