import { addressOf, hashOf } from './files-address.ts';
import type { Way } from './files-context.ts';

/** The page's own address bar, behind the "#": a reload, a bookmark and "back" keep what is shown. */
export function hashWay(): Way {
  return {
    get address() {
      return addressOf(location.hash);
    },
    go: (address) => {
      location.hash = hashOf(address);
    },
    href: hashOf,
    onChange: (listener) => addEventListener('hashchange', listener),
  };
}
