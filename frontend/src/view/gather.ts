/** Milliseconds in which what comes is gathered. */
const SETTLE = 800;

/** Calls `act` once, SETTLE after the first of several calls, with what they were about. */
export function gather<T = void>(act: (gathered: T[]) => void): (one: T) => void {
  let gathered: T[] = [];
  return (one) => {
    gathered.push(one);
    if (gathered.length > 1) return;
    setTimeout(() => {
      const all = gathered;
      gathered = [];
      act(all);
    }, SETTLE);
  };
}
