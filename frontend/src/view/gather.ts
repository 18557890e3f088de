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

/** Answers what has `act` done once for all calls until `defer` gets to it: with the next frame, or in a microtask. */
export function once(act: () => void, defer: (run: () => void) => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    defer(() => {
      waiting = false;
      act();
    });
  };
}
