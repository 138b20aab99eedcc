// What was typed stays when the page is drawn anew in another language.

/** 5 seconds are waited for a part of a page that comes from the server. */
const WAIT = 5_000;

/** Fields that somebody can change, by their names and places among those of one name. @param {Element} place @returns {Map<string, any>} */
function fields(place) {
  const [all, count] = [new Map(), new Map()];
  for (const input of place.querySelectorAll("input[name], select[name], textarea[name]")) {
    const name = input.getAttribute("name") ?? "";
    const box = input.type === "checkbox" || input.type === "radio";
    const key = box ? `${name}=${input.value}` : `${name} ${count.get(name) ?? 0}`;
    count.set(name, (count.get(name) ?? 0) + 1);
    if (input.type !== "file" && !input.readOnly) all.set(key, input);
  }
  return all;
}

/** @param {any} input */
const valueOf = (input) => (input.type === "checkbox" || input.type === "radio" ? input.checked : input.value);

/** @param {any} input @param {any} value */
function fill(input, value) {
  if (valueOf(input) === value) return;
  if (input.type === "checkbox" || input.type === "radio") input.checked = value;
  else input.value = value;
  // What a page shows by a choice, it shows by this one too.
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * Remembers what stands in the fields of a page, which of its parts are open, and where somebody is. Ends with what puts it all back.
 * @param {any} place @returns {(place: any) => void}
 */
export function typed(place) {
  const values = new Map([...fields(place)].map(([key, input]) => [key, valueOf(input)]));
  const open = [...place.querySelectorAll("details")].map((details) => details.open);
  const [focused] = [...fields(place)].find(([, input]) => input === document.activeElement) ?? [];
  return (again) => {
    [...again.querySelectorAll("details")].forEach((details, number) => {
      if (open[number]) details.open = true;
    });
    const put = () => {
      for (const [key, input] of fields(again)) {
        if (!values.has(key)) continue;
        const value = values.get(key);
        values.delete(key);
        fill(input, value);
        if (key === focused) input.focus();
      }
      if (!values.size) later.disconnect();
    };
    // Some fields come when the server has answered.
    const later = new MutationObserver(put);
    later.observe(again, { childList: true, subtree: true });
    setTimeout(() => later.disconnect(), WAIT);
    put();
  };
}
