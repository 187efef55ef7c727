"""Runs the AWS emulator as the local stack needs it. Six changes, each with its reason:

1. The emulator writes its state only when it ends cleanly. A KMS key that was never written is lost with the process, and
   with it all that was sealed under it: SIGUSR1 writes the state at once.
2. When the supervisor is killed, our standard input ends: we end too, and so does every function we started.
3. Its Runtime API sends head and body of an answer apart, which costs each invocation the 40 ms of a delayed acknowledgement.
4. After each invocation it waits 50 ms for log lines. Those that come later are collected with the next invocation's, so 3 ms do.
5. Its IAM knows no `kms:EncryptionContext:…`, so that every statement with such a condition would deny, and does not recognise
   the ciphertext of a multi-Region key, so that no statement about that key would allow. It knows no `kms:SigningAlgorithm` either.
6. Calls stay on loopback without TLS, so that policies which insist on it would deny everything: they count as made with it.
"""

import json
import os
import re
import signal
import socketserver
import sys
import threading
import time

socketserver.StreamRequestHandler.disable_nagle_algorithm = True

from ministack import app  # noqa: E402  (after the setting above)
from ministack.core import iam_actions, iam_evaluator, lambda_runtime  # noqa: E402

lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.003, 0.001, 0.05)

iam_actions._KMS_KEY_ID_RE = re.compile(r"^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")

conditions_of_request = iam_actions.request_tag_context


def conditions_with_encryption_context(service, iam_action, body, params):
    conditions = conditions_of_request(service, iam_action, body, params)
    if service == "kms":
        try:
            call = json.loads(body)
            context = call.get("EncryptionContext") or {}
            conditions["kms:SigningAlgorithm"] = call.get("SigningAlgorithm")
        except (ValueError, AttributeError):
            context = {}
        conditions["kms:EncryptionContextKeys"] = list(context)
        conditions.update({f"kms:EncryptionContext:{name}": value for name, value in context.items()})
    return conditions


iam_actions.request_tag_context = conditions_with_encryption_context

context_of_request = iam_evaluator.EvalContext.__init__


def context_with_tls(self, *arguments, **named):
    context_of_request(self, *arguments, **named)
    self.secure_transport = True


iam_evaluator.EvalContext.__init__ = context_with_tls


def save_state(_signal, _frame):
    app.save_all(app._build_persistence_save_dict())
    marker = os.environ.get("TALKIFY_STATE_MARKER")
    if marker:
        with open(marker, "w"):
            pass


def end_with_parent():
    while sys.stdin.buffer.read(1024):
        pass
    os.kill(os.getpid(), signal.SIGINT)


def end_functions():
    """Ends whatever functions still run: we lead their process group. They are waited for, so that none stays as a zombie."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.02)
        except ChildProcessError:
            return
    os.killpg(0, signal.SIGKILL)


signal.signal(signal.SIGUSR1, save_state)
threading.Thread(target=end_with_parent, daemon=True).start()
try:
    app.main()
finally:
    end_functions()
    # Threads that still serve a function's long poll would keep us.
    os._exit(0)
