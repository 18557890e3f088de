import { type Attributes, type Child, el } from './dom.ts';
import { type Address, hashOf } from './files-address.ts';
import type { Way } from './files-context.ts';

/** What leads to a folder, or to the deleted files: a link where the page has an address for it, else a button. An `onclick` does something else when it is clicked at. */
export function placeLink(way: Way, address: Address, attributes: Attributes, ...children: Child[]): HTMLElement {
  const named = { 'data-focus': `place ${hashOf(address)}`, ...attributes, class: `place ${attributes.class ?? ''}` };
  const href = way.href?.(address);
  if (href !== undefined) return el('a', { ...named, href }, ...children);
  return el('button', { onclick: () => way.go(address), ...named, type: 'button' }, ...children);
}
