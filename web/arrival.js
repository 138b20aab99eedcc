"use strict"; const arrived = location.hash.slice(1); history.replaceState(null, "", location.pathname + location.search);
// The line above runs before anything else of the page: the code stands in the address for no longer than that, and goes nowhere
// before the visitor presses the button. It is the one place where personal data stands in a URL.
const arrival = { code: arrived, began: false };
// A browser older than the page's modules reads none of them and says nothing; so does one to which a part did not come.
addEventListener("load", () => {
  const old = document.getElementById("old");
  if (old && !arrival.began) old.hidden = false;
});
