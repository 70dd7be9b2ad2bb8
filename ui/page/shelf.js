// Files are dropped or chosen here and sent one after the other, papers elsewhere are named; another collection is
// another address.
const status = () => element.querySelector("[data-sending]");
const tell = (text) => { if (status()) status().textContent = text; };
let sending = false;
const send = async (chosen) => {
  const files = [...chosen];
  const into = element.querySelector("#pt-into");
  if (!files.length || sending || !into.reportValidity()) return;
  sending = true;
  const paths = [];
  try {
    for (const [done, file] of files.entries()) {
      tell(`Sending ${done + 1} of ${files.length}: ${file.name}`);
      paths.push((await upload(file)).path);
    }
    trigger("upload", { files: paths, into: into.value, full_text: element.querySelector("[data-full-text]").checked });
    tell("");
  } catch (error) {
    tell(`The files could not be sent (${error?.message ?? error}); larger ones are for \`papertrail ingest\`.`);
  } finally {
    sending = false;
  }
};
const fetchPapers = () => {
  const [wanted, into] = ["#pt-wanted", "#pt-into"].map((one) => element.querySelector(one));
  if (!wanted.value.trim() || sending || !into.reportValidity()) return;
  trigger("upload", { files: [], wanted: wanted.value, into: into.value });
};
element.addEventListener("click", ({ target }) => { if (target.closest("[data-fetch]")) fetchPapers(); });
element.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.id === "pt-wanted") { event.preventDefault(); fetchPapers(); }
});
element.addEventListener("change", ({ target }) => {
  if (target.type === "file") {
    send(target.files).then(() => { target.value = ""; });
  } else if (target.matches("[data-collections]")) {
    location.search = `?tab=papers&collection=${encodeURIComponent(target.value)}`;
  }
});
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  element.addEventListener(name, (event) => {
    const zone = event.target.closest?.(".pt-drop");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("pt-over", name === "dragenter" || name === "dragover");
    if (name === "drop") send(event.dataTransfer.files);
  });
}
