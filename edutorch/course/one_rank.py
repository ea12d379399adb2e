"""One of the processes that in_processes starts: python -m mpi4py -m edutorch.course.one_rank FOLDER

Runs program.py of the folder. What it printed, returned or raised is written beside it, under its rank."""

import contextlib
import json
import os
import sys
import threading
import time
import traceback
from pathlib import Path

from ..distributed import launch
from ..distributed.groups import destroy_process_group, init_process_group, is_initialized

NOTEBOOK = "EDUTORCH_NOTEBOOK"  # the id of the process that started this one


def main(folder: Path) -> None:
    """Runs the program, connected with the others. What it raises ends them all."""
    launch.tell_rank()
    rank = os.environ.get("RANK", "0")
    init_process_group("mpi")
    threading.Thread(target=_end_with, args=(int(os.environ[NOTEBOOK]),), daemon=True).start()
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


def _end_with(notebook: int) -> None:
    """Ends this process within a second of the notebook's, however that ends. (Each rank sees to itself: when one has
    ended, mpiexec nearly always ends the others, but sometimes waits for them.)"""
    import psutil  # extra "lab": a browser, which has no processes, imports this file for its name alone

    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(notebook)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
