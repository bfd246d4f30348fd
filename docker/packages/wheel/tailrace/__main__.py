"""`python -m tailrace` and the command `tailrace`: the executable replaces this process."""

import os
import sys
from typing import NoReturn

from tailrace._executable import find_executable


def main() -> NoReturn:
    executable = find_executable()
    os.execv(executable, [executable, *sys.argv[1:]])


if __name__ == "__main__":
    main()
