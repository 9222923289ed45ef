// paper prints the document that the page shows; the browser does the rest.

document.getElementById("print").addEventListener("click", () => window.print());
