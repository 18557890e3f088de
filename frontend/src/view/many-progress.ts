import { el } from './dom.ts';
import type { Notices } from './notices.ts';

/** Milliseconds after which it is told how far something with many files is: most is done by then. */
const SOON = 500;

/** Does something with many files, and tells how far it is where it takes a while. `act` calls what it is given after each. */
export async function told<T>(
  notices: Notices,
  words: (done: number) => string,
  act: (moved: () => void) => Promise<T>,
): Promise<T> {
  let done = 0;
  const text = el('p', { class: 'notice-text' });
  const say = () => {
    text.textContent = words(done);
  };
  let gone = () => {};
  const timer = setTimeout(() => {
    say();
    gone = notices.attach(el('div', { class: 'notice' }, text));
    notices.announce(() => words(done));
  }, SOON);
  try {
    return await act(() => {
      done++;
      say();
    });
  } finally {
    clearTimeout(timer);
    gone();
  }
}
