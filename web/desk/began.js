"use strict";
// As the other pages do (arrival.js), but for what stands behind the `#`, which is the desk's own: a browser older than the page's modules reads none of
// them and says nothing; so does one to which a part did not come.
const desk = { began: false };
addEventListener("load", () => {
  document.getElementById("old").hidden = desk.began;
});
