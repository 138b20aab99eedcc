"use strict"; const arrived = location.hash.slice(1); history.replaceState(null, "", location.pathname + location.search);
// The line above runs before anything else of the page: the code stands in the address for no longer than that, and goes nowhere
// before the visitor presses the button. It is the one place where personal data stands in a URL.
const arrival = { code: arrived };
