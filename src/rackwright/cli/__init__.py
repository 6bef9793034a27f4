"""The command line: what a person types, and what a script reads.

Nothing but the result goes to standard output; progress and messages go to standard error, and progress only to a
terminal. Exit codes: 0 done; 1 done, but the plan has shortfalls or failed checks (with `--strict`); 2 bad input;
3 could not finish.
"""

from rackwright.cli.app import main

__all__ = ["main"]
