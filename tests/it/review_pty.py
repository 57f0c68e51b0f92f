"""Runs a command in a terminal of its own and types answers at its prompts.

usage: review_pty.py ANSWER... -- COMMAND...

Prints all that the terminal showed, answers included, and ends as the command.
"""

import os
import pty
import sys

PROMPT = b"> "


def main():
    split = sys.argv.index("--")
    answers, command = sys.argv[1:split], sys.argv[split + 1 :]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    screen, seen = b"", 0
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # Linux: the other end is closed.
            break
        if not piece:
            break
        screen += piece
        if screen.endswith(PROMPT) and len(screen) > seen and answers:
            seen = len(screen)
            os.write(terminal, answers.pop(0).encode() + b"\n")
    _, status = os.waitpid(pid, 0)
    sys.stdout.write(screen.decode().replace("\r\n", "\n"))
    sys.exit(os.waitstatus_to_exitcode(status))


main()
