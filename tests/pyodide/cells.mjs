// Runs a notebook's cells under Pyodide in Node: node tests/pyodide/cells.mjs FOLDER NOTEBOOK. install.py fills FOLDER.
// cells.py prints a line of JSON for each cell.
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const [folder, notebook] = process.argv.slice(2);
const core = path.resolve(folder, "node_modules/pyodide");
const { loadPyodide } = await import(pathToFileURL(path.join(core, "pyodide.mjs")));
const env = { HOME: "/tmp", PYTHONDONTWRITEBYTECODE: "1", EDUTORCH_SKIP_GUESSES: "1" };
const pyodide = await loadPyodide({ env: { ...env, MPLBACKEND: "module://matplotlib_inline.backend_inline" } });
const needed = ["numpy", "platformdirs", "matplotlib", "ipywidgets", "tqdm", "ipython"];
await pyodide.loadPackage(needed, { messageCallback: () => {} });

pyodide.FS.mkdirTree("/edutorch");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: process.cwd() }, "/edutorch");
pyodide.FS.mkdirTree("/tmp/course"); // a learner's folder, which nothing is written back from
pyodide.FS.chdir("/tmp/course");
pyodide.runPython(fs.readFileSync(fileURLToPath(new URL("cells.py", import.meta.url)), "utf8"));
const cpuSeconds = () => {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1e6;
};
const say = (line) => fs.writeSync(1, `${line}\n`);
pyodide.globals.get("run_cells")(path.posix.join("/edutorch", notebook), cpuSeconds, say);
process.exit(0);
