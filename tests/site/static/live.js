// Says beside the way to the page that runs what this browser lacks for it, so that nobody waits in vain or loses work.
const NEEDED = 10e6; // bytes of storage that the answers to a whole course fit in

/** Whether pages may keep anything: some browsers refuse that, as in a private window. */
function keeps() {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open("edutorch: may pages keep anything?");
      request.onsuccess = () => { request.result.close(); resolve(true); };
      request.onerror = () => resolve(false);
    } catch {
      resolve(false);
    }
  });
}

/** A sentence, or "" where nothing is missing. */
async function missing() {
  if (typeof WebAssembly !== "object")
    return "This browser runs no WebAssembly, which Python needs here. Take another browser, or install the course.";
  if (!(await keeps()))
    return "This browser lets pages keep nothing: the page runs, and your answers are gone when you close it. " +
      "Allow this site to store data, or download your notebook before you leave.";
  const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  if (quota - usage < NEEDED)
    return "The storage of this browser is full: the page runs, and new answers may not be kept. " +
      "Free some space, or download your notebook before you leave.";
  return "";
}

document.addEventListener("DOMContentLoaded", async () => {
  const ways = document.querySelectorAll(".live");
  const sentence = ways.length ? await missing() : "";
  for (const way of sentence ? ways : []) {
    const told = way.appendChild(document.createElement("strong"));
    told.setAttribute("role", "alert");
    told.textContent = sentence;
  }
});
