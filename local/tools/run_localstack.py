"""Runs LocalStack for as long as the tests that started it live: when they end, however, our standard input does too."""

import os
import signal
import sys
import threading

from localstack.runtime.main import main


def end_with_parent():
    while sys.stdin.buffer.read(1024):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


threading.Thread(target=end_with_parent, daemon=True).start()
main()
