/** Colours the page as its brand wants it: what is to be pressed first, with letters that can be read on it. */
export function paint(root: HTMLElement, color: string | undefined): void {
  if (!color) return;
  // By CSSOM: the content security policy refuses style attributes in markup only.
  root.style.setProperty('--brand', color);
  root.style.setProperty('--on-brand', legible(color));
}

/** Black or white, whichever stands out more on a colour (`#rrggbb`). https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function legible(color: string): '#000000' | '#ffffff' {
  const light = [1, 3, 5].map((at) => linear(Number.parseInt(color.slice(at, at + 2), 16) / 255));
  const [red = 0, green = 0, blue = 0] = light;
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? '#000000' : '#ffffff';
}

function linear(share: number): number {
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
