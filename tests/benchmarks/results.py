"""The figures as a table and as JSON, and what has moved since others were written."""

import datetime
import importlib.metadata
import json
import os
import platform
import subprocess
from pathlib import Path

RESULTS = Path(__file__).with_name("results")
PACKAGES = ("numpy", "torch", "mygrad", "autograd", "tinygrad", "micrograd")
HEADING = f"{'work':38}{'threads':>8}{'ours':>12}{'PyTorch':>12}{'ratio':>8}{'quartiles':>14}{'target':>8}"
NOISE = 0.05  # a smaller part than this has not moved


def today():
    return datetime.date.today().isoformat()


def processor():
    """The name of the CPU."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.processor())


def machine():
    """What the figures depend on, and nothing that names the machine."""
    return {"cpu": processor(), "cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}"}


def source():
    """The commit that is measured; empty outside of a clone."""
    try:
        command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def versions():
    """Of Python and the packages; of edutorch its commit."""
    found = {"python": platform.python_version(), "edutorch": source()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def row_of(row, timing):
    """A row's figures for the JSON."""
    return {
        "work": row.name,
        "threads": row.threads,
        "ours_ms": timing.ours * 1e3,
        "pytorch_ms": timing.theirs * 1e3,
        "ratio": timing.ratio,
        "low": timing.low,
        "high": timing.high,
        "target": row.target,
    }


def line(row):
    """A row of the printed table."""
    missed = "" if row["ratio"] <= row["target"] else "  missed"
    quartiles = f"{row['low']:.2f} to {row['high']:.2f}"
    return (
        f"{row['work']:38}{row['threads']:>8}{row['ours_ms']:>9.3f} ms{row['pytorch_ms']:>9.3f} ms"
        f"{row['ratio']:>8.2f}{quartiles:>14}{row['target']:>8.2f}{missed}"
    )


def moved(old, new):
    """Lines about the rows whose quartiles lie apart, by more than the noise."""
    before = {(row["work"], row["threads"]): row for row in old["rows"]}
    lines = []
    for row in new["rows"]:
        was = before.get((row["work"], row["threads"]))
        if was is None:
            continue
        apart = row["low"] > was["high"] or row["high"] < was["low"]
        if apart and abs(row["ratio"] / was["ratio"] - 1) > NOISE:
            word = "slower" if row["ratio"] > was["ratio"] else "faster"
            lines.append(f"{row['work']:38}{row['threads']:>8}{was['ratio']:>8.2f} ->{row['ratio']:>6.2f}  {word}")
    return lines


def save(found, folder=RESULTS):
    """Writes the figures, under their date; returns the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"cpu-{found['date']}.json"
    path.write_text(json.dumps(found, indent=1) + "\n")
    return path


def newest(folder=RESULTS):
    """The last figures of a whole run; None if there are none."""
    paths = sorted(folder.glob("cpu-*.json"))
    return json.loads(paths[-1].read_text()) if paths else None


def readme_table(found):
    """The table of README.md: ratios on one thread and on two, and the peers beside them."""
    peers = sorted({peer["peer"] for peer in found["peers"] if "ratio" in peer}, key=str.lower)
    lines = ["| work | edutorch, 1 thread | 2 threads | " + " | ".join(peers) + " |"]
    lines.append("| --- |" + " --- |" * (len(peers) + 2))
    of_peers = {(peer["work"], peer["peer"]): peer.get("ratio") for peer in found["peers"]}
    ratios = {(row["work"], row["threads"]): row["ratio"] for row in found["rows"]}
    for work in dict.fromkeys(row["work"] for row in found["rows"]):
        cells = [ratios.get((work, 1)), ratios.get((work, 2)), *(of_peers.get((work, peer)) for peer in peers)]
        lines.append(f"| {work} | " + " | ".join("" if each is None else f"{each:.2f}" for each in cells) + " |")
    memory = found.get("memory", {}).get("cnn")
    if memory:
        ratio = memory["edutorch"] / memory["torch"]
        lines.append(f"| peak memory of the CNN's step | {ratio:.2f} |" + " |" * (len(peers) + 1))
    about, version = found["machine"], found["versions"]
    lines.append(
        f"\nMedians, measured on {found['date']} on {about['cores']} cores ({about['cpu']}), with Python"
        f" {version['python']}, NumPy {version['numpy']} and PyTorch {version['torch'].partition('+')[0]}."
    )
    return "\n".join(lines)
