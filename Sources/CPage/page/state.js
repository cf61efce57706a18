/** What the page knows, and who wants to hear of it. Keys are the events of the daemon and a few of the page's own. */

const values = new Map();
const listeners = new Map();

/** The latest value under a key, or undefined. */
export const current = (key) => values.get(key);

/** Keeps a value and tells all who listen. */
export function publish(key, value) {
  const before = values.get(key);
  values.set(key, value);
  for (const listener of listeners.get(key) ?? []) listener(value, before);
}

/** @param {function(*, *): void} listener of the new value and the one before. */
export function listen(key, listener) {
  if (!listeners.has(key)) listeners.set(key, []);
  listeners.get(key).push(listener);
}

/** What a reader chose, kept in this browser; works without, too. */
export const kept = {
  get(key, otherwise) {
    try { return localStorage.getItem(`neurallens.${key}`) ?? otherwise; } catch { return otherwise; }
  },
  set(key, value) {
    try { localStorage.setItem(`neurallens.${key}`, value); } catch { /* A private window may refuse. */ }
  },
};

/** Species of the lens in use: key, name, colour. */
export const species = () => current("status")?.lens.species ?? [];

/** What a grain may be called: the species of the lens, then those that people added. */
export const knownSpecies = () => current("status")?.species ?? [];

/** @param {string} key of a species, or `unidentified`. */
export const speciesName = (key) => knownSpecies().find((each) => each.key === key)?.name ?? key;

export const speciesColour = (key) => knownSpecies().find((each) => each.key === key)?.colour;
