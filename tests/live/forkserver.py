"""Runs in a release's own interpreter: imports Houmao once, then forks for each command that stdin asks for.

One JSON object a line in, one out. The child enters the network namespace it is told, takes exactly the environment
it is told, and ends the way the installed `houmao-mgr` script would.
"""
import ctypes
import gc
import json
import os
import signal
import sys
import tempfile
import time
import traceback

CLONE_NEWNET = 0x40000000


def import_houmao():
    """What the CLI imports for the commands under test; later releases have no pair server client."""
    import houmao.srv_ctrl.cli
    import houmao.srv_ctrl.commands.agents.gateway
    import houmao.srv_ctrl.commands.main  # noqa: F401

    for name in ("houmao.srv_ctrl.commands.runtime_artifacts", "houmao.server.client", "houmao.server.models",
                 "houmao.agents.realm_controller.runtime"):
        try:
            __import__(name)
        except ImportError:
            pass
    gc.freeze()


def enter(request, out, err):
    """Makes this process look as a fresh one would."""
    with open(f"/proc/{request['namespace']}/ns/net") as handle:
        if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (out.fileno(), 1), (err.fileno(), 2)):
        os.dup2(source, target)
    os.closerange(3, 256)
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    os.chdir(request["cwd"])
    sys.stdin = open(0, closefd=False)
    sys.stdout = open(1, "w", closefd=False)
    sys.stderr = open(2, "w", closefd=False)
    sys.argv = request["argv"]


def child(request, out, err):
    """Never returns."""
    code = 120
    try:
        enter(request, out, err)
        try:
            if "source" in request:
                exec(compile(request["source"], "<harness>", "exec"), {"__name__": "harness"})
                code = 0
            else:
                from houmao.srv_ctrl.cli import main

                code = main() or 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def wait(pid, seconds):
    """The child's exit code, or None when it had to be stopped."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def main():
    import_houmao()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            pid = os.fork()
            if pid == 0:
                child(request, out, err)
            code = wait(pid, request["timeout"])
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode(errors="replace"))
        print(json.dumps({"exit": code, "stdout": texts[0], "stderr": texts[1]}), file=answers, flush=True)


main()
