/** What stands in an element; null, undefined and false are nothing. */
export type Child = Node | string | null | undefined | false;
/** See `el`. */
export type Attributes = Record<string, string | boolean | ((event: Event) => void) | undefined>;

/** Makes an element. Attributes that are functions are listeners (`onclick`), true is an empty attribute, false and undefined are left out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (typeof value === 'string') node.setAttribute(name, value);
  }
  node.append(...children.filter((child): child is Node | string => Boolean(child)));
  return node;
}

/** Makes an element of a drawing. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string>,
  ...children: SVGElement[]
): SVGElementTagNameMap[K] {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** What has the focus, as seen from `node`: within the shadow root that it is in, or on the page. */
export function focusNear(node: Node): Element | null {
  const root = node.getRootNode();
  return root instanceof ShadowRoot ? root.activeElement : document.activeElement;
}

/** The shadow root that somebody acted in last. */
let acted: ShadowRoot | undefined;

/** Has dialogs open in `root` while somebody acts in it: its styles are its own. Not by the focus, for Safari gives none to a button that is clicked at. */
export function dialogsIn(root: ShadowRoot): void {
  const here = () => {
    acted = root;
  };
  for (const name of ['pointerdown', 'click', 'keydown', 'drop']) root.addEventListener(name, here, { capture: true });
}

/** Where a dialog opens: the shadow root that somebody acted in, or the page's body. */
export function rootOfDialogs(): Node {
  return acted?.host.isConnected ? acted : document.body;
}

/**
 * Puts `children` in place of what `parent` holds and gives the focus back to the element of the same `data-focus`,
 * so that a list can be drawn again under somebody who works with the keyboard. The page does not scroll: it may be
 * elsewhere by now.
 */
export function replace(parent: HTMLElement, ...children: Child[]): void {
  const active = focusNear(parent);
  const focused = active instanceof HTMLElement && parent.contains(active) ? active.dataset.focus : undefined;
  parent.replaceChildren(...children.filter((child): child is Node | string => Boolean(child)));
  if (focused)
    parent.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}
