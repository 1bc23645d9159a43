"""The late bench: what a call made shows late, or a look is answered badly, everywhere once.

    python tests/faults/late.py                             all of it, into LATE.md
    python tests/faults/late.py --list                      the calls after which things can be late
    python tests/faults/late.py --phase fresh --kind 'not listed, next run' --key CreateUserPool
    python tests/faults/late.py --sample 60                 60 cases spread over all of them
    python tests/faults/late.py --minutes 40 --go-on FILE   in pieces, as bench.py does

Ends with 1 where a case failed.
"""

from __future__ import annotations

import sys

import fault_path
from bench import Program, main
from fault_report import Telling
from late_bench import LASTS, new_late_bench
from late_kinds import LateKind
from late_phases import LATE_PHASES

TELLING = Telling(
    "Late bench",
    "python tests/faults/late.py",
    tuple(LateKind),
    f"Each case makes the cloud late by {LASTS:g} s after one call of one run of the real command, "
    "or answers one look badly. The run is left to go on, or loses that call's answer, or is "
    "killed as soon as the call took effect; it is run again at once, while things are late, and "
    "once more where that one refused, or where the plan names by then what a listing didn't show. "
    "Then all that is in the account is compared with what an "
    "undisturbed run leaves: nothing twice, nothing missing, no data gone.",
    "`=` the run ended well, `!` it ended with a clear message (or was killed, as asked), and in "
    "both cases the next put everything right; `-` nobody looked while it was late; **F** failed, "
    "**?** not run, `·` not a kind for this call. Of reads and of changes that make nothing, one "
    "call of each operation is taken.",
)
LATE_BENCH = Program(
    __doc__ or "", LATE_PHASES, new_late_bench, TELLING, fault_path.HERE / "LATE.md"
)

if __name__ == "__main__":
    sys.exit(main(LATE_BENCH))
