/** What is declared of an element whose attributes are properties too. */
type Reflecting<Texts extends string, Flags extends string> = Record<Texts, string> & Record<Flags, boolean>;

/**
 * Makes attributes properties too, of text or of yes and no: Angular's `[base]`, Solid and others set properties, and nothing else,
 * on elements that are not HTML's own. `undefined` and null take an attribute away.
 */
export function reflect<Texts extends string, Flags extends string>(
  prototype: HTMLElement & Reflecting<Texts, Flags>,
  texts: readonly Texts[],
  flags: readonly Flags[],
): void {
  const define = (name: string, get: (node: HTMLElement) => unknown, set: (node: HTMLElement, to: unknown) => void) => {
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: HTMLElement) {
        return get(this);
      },
      set(this: HTMLElement, to: unknown) {
        set(this, to);
      },
    });
  };
  for (const name of texts) {
    const set = (node: HTMLElement, to: unknown) => {
      if (to === undefined || to === null) node.removeAttribute(name);
      else node.setAttribute(name, String(to));
    };
    define(name, (node) => node.getAttribute(name) ?? '', set);
  }
  for (const name of flags) {
    // As an attribute an empty text is yes, and some set it so.
    const set = (node: HTMLElement, to: unknown) => node.toggleAttribute(name, to === '' || Boolean(to));
    define(name, (node) => node.hasAttribute(name), set);
  }
}

/** Sets again what was set before the element was known, and hides what it does with it. */
export function adopt(element: HTMLElement): void {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(element))) {
    if (!(name in Object.getPrototypeOf(element))) continue;
    Reflect.deleteProperty(element, name);
    Reflect.set(element, name, value);
  }
}
