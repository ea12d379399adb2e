"""One of the processes that in_processes starts: python -m mpi4py -m edutorch.course.one_rank FOLDER

Runs program.py of the folder. What it printed, returned or raised is written beside it, under its rank."""

import contextlib
import json
import os
import sys
import threading
import traceback
from pathlib import Path

from ..distributed import launch
from ..distributed.groups import destroy_process_group, init_process_group, is_initialized


def main(folder: Path) -> None:
    """Runs the program, connected with the others. What it raises ends them all."""
    launch.tell_rank()
    rank = os.environ.get("RANK", "0")
    init_process_group("mpi")
    if rank == "0":  # from now on mpiexec ends the others, too
        threading.Thread(target=_end_with_the_notebook, daemon=True).start()
    place = folder / "program.py"
    names: dict[str, object] = {"__name__": "program"}
    # line by line, so that it is there if the process dies
    with open(folder / f"{rank}.out", "w", buffering=1, encoding="utf-8") as out, contextlib.redirect_stdout(out):
        try:
            exec(compile(place.read_text("utf-8"), str(place), "exec"), names)
            result = names["__call__"]()  # type: ignore[operator]
            text = json.dumps(result, default=lambda each: each.tolist())
        except Exception as error:
            (folder / f"{rank}.error").write_text(_told(error, str(place)), encoding="utf-8")
            raise
    (folder / f"{rank}.json").write_text(text, encoding="utf-8")
    if is_initialized():
        destroy_process_group()


def _told(error: Exception, place: str) -> str:
    """ "NameError: name 'x' is not defined (in hello: `return x`)" """
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == place]
    where = f" (in {lines[-1].name}: `{lines[-1].line}`)" if lines else ""
    return f"{type(error).__name__}: {error}{where}"


def _end_with_the_notebook() -> None:
    """Ends this process, and with it all others, when its standard input ends."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
