// Says beside the way to the page that runs, and on that page, what this browser lacks for it, so that nobody waits in
// vain or loses work.
const TRIAL = "edutorch: does this browser keep anything?";
const NEEDED = 2e6; // bytes of storage that a notebook and JupyterLite's copy of it fit in
const FULL = "The storage of this browser is full: nothing new is kept, and a check may wait forever. " +
  "Download your notebook, free some space, and load the page again.";

/** What keeps this browser from keeping NEEDED bytes: the name of the error, "" for none. The free space that a browser
 *  tells is not to be trusted, so this keeps them for a moment. */
function refusal() {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(TRIAL);
      request.onupgradeneeded = () => request.result.createObjectStore("trial");
      request.onerror = () => resolve(request.error?.name ?? "Error");
      request.onsuccess = () => {
        const change = request.result.transaction("trial", "readwrite");
        change.oncomplete = change.onabort = () => {
          request.result.close();
          indexedDB.deleteDatabase(TRIAL);
          resolve(change.error?.name ?? "");
        };
        change.objectStore("trial").put(new Uint8Array(NEEDED), 0);
      };
    } catch (error) {
      resolve(error.name);
    }
  });
}

/** A sentence, or "" where nothing is missing. */
async function missing() {
  if (location.protocol === "file:")
    return "This page was opened as a file: it can be read, and not run. Open the site through a web server, such as " +
      "`python -m http.server`, or install the course.";
  if (typeof WebAssembly !== "object")
    return "This browser runs no WebAssembly, which Python needs here. Take another browser, or install the course.";
  const refused = await refusal();
  if (refused === "QuotaExceededError") return FULL;
  return refused && "This browser lets pages keep nothing: the page runs, and your answers are gone when you close it. " +
    "Allow this site to store data, or download your notebook before you leave.";
}

function tell(sentence) {
  for (const way of document.querySelectorAll(".live")) {
    const told = way.querySelector("strong") ?? way.appendChild(document.createElement("strong"));
    told.setAttribute("role", "alert");
    told.textContent = sentence;
    way.hidden = false;
  }
}

/** On the page that runs: the notebook as it stands there. JupyterLite's own way saves it first, which a full storage
 *  refuses. */
function download() {
  const { model, path } = window.jupyterapp.shell.currentWidget.context;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(model.toJSON(), null, 1)]));
  link.download = path.split("/").pop();
  link.click();
}

document.addEventListener("DOMContentLoaded", async () => {
  const sentence = document.querySelector(".live") ? await missing() : "";
  if (sentence) tell(sentence);
});

/* The storage may become full later, and JupyterLite does not say so of every write that fails. */
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...given) {
  this.transaction.addEventListener("abort", ({ target }) => {
    if (target.error?.name === "QuotaExceededError") tell(FULL);
  });
  return put.apply(this, given);
};

/* The arrow keys move a slider that has the focus; without this they would move on to another cell. */
document.addEventListener("focusin", ({ target }) => {
  if (target.role === "slider") target.dataset.lmSuppressShortcuts = "true";
});
