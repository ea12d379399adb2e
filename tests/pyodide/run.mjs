// Runs pytest under Pyodide in Node: node tests/pyodide/run.mjs FOLDER [arguments of pytest]. install.py fills FOLDER.
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

const [folder, ...args] = process.argv.slice(2);
const core = path.resolve(folder, "node_modules/pyodide");
const { loadPyodide } = await import(pathToFileURL(path.join(core, "pyodide.mjs")));
const pyodide = await loadPyodide({ env: { HOME: "/tmp", PYTHONDONTWRITEBYTECODE: "1" } });
await pyodide.loadPackage(["numpy", "ipython", "matplotlib"], { messageCallback: () => {} });

for (const [place, source] of [["/edutorch", process.cwd()], ["/beside", path.resolve(folder, "beside")]]) {
  pyodide.FS.mkdirTree(place);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: source }, place);
}
pyodide.globals.set("args", pyodide.toPy(args));
process.exitCode = pyodide.runPython(`
import os, sys
os.chdir("/edutorch")
sys.path[:0] = ["/edutorch", "/beside"]
import pytest
int(pytest.main(["-p", "no:cacheprovider", "-p", "tests.pyodide.left_out", *args]))
`);
