// The key in the address is given in exchange for a cookie, once, and is gone from the history.
const key = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

const answer = key && await fetch("/open", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ key }),
}).catch(() => null);
if (answer && answer.ok) {
  location.replace("/");
} else {
  document.getElementById("status").textContent =
    "This address was used already, or isn't complete. Run productsapi open again, or press o in productsapi dev.";
}
